"""Who stands in for whom in tests.

site, Site          the whole site as its users start it; `shared_site`: one for all who only use it
Upstream, Puppet    a demo provider of the tests' own; a provider that says what the test tells it
Visitor, Watcher    somebody signed in without a browser; their page, kept up by its socket
Living, Answering   the living parts of a site in the test's own process, and one answer of theirs
Tab                 a browser tab without browser or server, on those
Wire, Relay         the network in between: loses, refuses, cuts
History             holds all that sockets got and pages show against the database
rows, Kept          rows made directly; rows of a running site, read past it
isolation/          keeps tests apart from the machine and from each other
"""
