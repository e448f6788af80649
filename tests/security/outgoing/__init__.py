"""Every kind of caller that goes out, held to one table: what was judged is what is dialled."""
