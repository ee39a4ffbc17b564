"""What is kept of who publishes: sources, endpoints and looks at them, hosts, robots.txt, backfills, findings."""
