"""The clients' wing: the asyncio client library, command-line tools and gateways."""
