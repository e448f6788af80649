"""The only door to the outside: providers, by whatever wire format they speak.

Promise: a `ChatRequest` becomes a stream of `streaming.events`, and any failure one `Failed` with
a code; closing the stream closes the connection.
Front door: `base` (the words), `config` (who is configured), `registry` (from configuration to
provider), `discovery` (servers on this machine), `profiles` (what is known of models),
`model_facts` (what a server's list says of them), `file_limits` (what they take of files),
`parameters` (what a person may set), `billing`, `unusable` (stands in for one that cannot be
asked), `service_names`, `pausing` (answers that a provider paused), `picture_models` (whose
answers come whole), `key_mask`. `http/` opens connections, `formats/` reads and writes the wire.
No Django, no rows.
"""
