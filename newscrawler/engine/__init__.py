"""Many machines, one archive (scaling.md): workers that fetch, one archivist that writes, a Redis or Valkey between them."""
