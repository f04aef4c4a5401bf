"""The log of every act on a promise: only ever added to, and chained by hash so that a change can be seen."""
