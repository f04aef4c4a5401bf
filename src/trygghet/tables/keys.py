"""Keys to the API."""

from __future__ import annotations

from piccolo.columns import UUID, Bytea, Text, Timestamptz
from piccolo.table import Table

from trygghet.database import DB


class ApiKey(Table, tablename="api_key", db=DB):
    id = UUID(primary_key=True, null=False)
    organisation_id = UUID(null=False, default=None)
    name = Text(null=False, default=None)
    key_hash = Bytea(null=False, default=None)
    issued_by = Text(null=False, default=None)
    issued_at = Timestamptz(null=False, default=None)
    revoked_at = Timestamptz(null=True)
    revoked_by = Text(null=False, default=None)
