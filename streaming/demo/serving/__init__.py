"""The demo as a server: connections, the playing of answers in time, and the process around it.

A client that disconnects is noticed at once, also in silence, and `visit_log` remembers it.
Front door: `server.DemoUpstream` in this process, `process.serve` as a process, `child.DemoChild`
for a process that starts one.
What models do and how formats write it may not come in; it is asked of the other two rooms.
"""
