"""Status updates: what residents are told, jointly, once every party has said yes to it."""
