"""What pages and files weigh on their way to a browser.

It promises that a first page is small and asks for little: `static_files` joins, shortens, hashes
and compresses what was collected, `compression` what is made for a request, in which `form_keys`
are alike. All are named by `settings` alone; `page_settings` holds their numbers.

What a page holds does not come in, nor who may see it.
"""
