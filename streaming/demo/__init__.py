"""The demo upstream: a real HTTP server on loopback that behaves as providers do, well and badly.

- `behaviours` says what each demo model does, in no wire format;
- `formats` reads the requests and writes the answers of the five wire formats;
- `tools` is a server of tools, for models to call;
- `serving` is the server: connections, the timed playing of an answer, the process.

The arrows: serving -> formats -> behaviours, never back; `tools` knows exchanges.
Front door: `serving.server.DemoUpstream` in this process, `serving.child.DemoChild` for one of its
own.
It imports nothing from the rest of the project, so that it can bear witness against it.
"""
