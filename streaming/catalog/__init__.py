"""Which providers and models there are, and the pages on which administrators change that.

Promise: a change made in one process is served by all soon, without a restart; a key goes in, is
kept sealed, and never comes out.
Front door: `provider_registry` (the providers of this process), `model_menu` (their models),
`views` and `urls` (the pages), `connection_test`, `refresh` (takes up what others changed),
`demo_provider`, `own_keys` (whose key is asked with); for those who look after a site
`provider_store` and `sealed_keys`.
Knows providers and models; no run, no socket.
"""
