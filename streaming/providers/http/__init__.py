"""The network: the only place that opens connections to model servers.

Promise: a request to a provider becomes decoded pieces of its body or one `Failed` event, within
the deadlines and limits of settings; closing the stream closes the connection at once.
Front door: `upstream.Upstream` (one provider), `client.open_client`, `guarded_client` (addresses
that people typed in), `whole.exchange` (one reply, for others than providers), `pacing.FramePacing`
(backpressure). Knows wire formats by `formats.adapter` only. No Django, no rows.
"""
