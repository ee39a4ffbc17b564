"""What the archive's tables are: migrations, their steps, views.sql, and the docs that their comments make."""
