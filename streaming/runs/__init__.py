"""One answer being written: from its request to its end, whoever still watches.

Promise: a run ends once, as what it was; a stop closes the connection to the provider first; what
breaks off is retried or resumed as the policy says, and never more often.
Front door: `runner` (launch and stop runs of this process), `job` (what a run is to do),
`standing` (what holds of an answer's runs), `refusals` (why something cannot be begun),
`retry_policy`, `user_queue`, `recordings`, `stop_receipt`, `takeover`, `history` (what a model is
told), `rounds` (calls of tools), `whom` (whether the person may use a model).
A `run` is one request, a `chain` the runs that follow it automatically.
Knows providers, resume, the journal and the cluster; no page, no socket, no view.
"""
