"""What feed readers show their users, for readers_test.go: one JSON object an entry.

usage: readers.py newsboat CACHE...    the entries in newsboats' caches
       readers.py rss2email MAILDIR    the mails that rss2email delivered
       readers.py feedparser STATE URL...
                                       reads the feeds by feedparser, keeps in STATE
                                       what it saw and the validators; without a URL
                                       it shows what it saw
"""
import calendar
import email
import email.policy
import email.utils
import json
import mailbox
import os
import sqlite3
import sys


def show(**entry):
    print(json.dumps(entry))


def newsboat(*caches):
    for cache in caches:
        for feed, guid, title, url, date, content, enclosure in sqlite3.connect(cache).execute(
            "select feedurl, guid, title, url, pubDate, content, enclosure_url from rss_item where deleted = 0"
        ):
            show(feed=feed, id=guid, title=title, link=url, date=date, content=content, enclosure=enclosure)


def rss2email(maildir):
    for mail in mailbox.Maildir(maildir, factory=lambda f: email.message_from_binary_file(f, policy=email.policy.default)):
        date = int(email.utils.parsedate_to_datetime(mail["Date"]).timestamp())
        body = mail.get_content()
        show(feed=mail["X-RSS-Feed"], id=mail["X-RSS-ID"], title=mail["Subject"], link=mail["X-RSS-URL"], date=date,
             content=body, enclosure=body)


def feedparser(state, *urls):
    import feedparser

    seen = {}
    if os.path.exists(state):
        with open(state) as f:
            seen = json.load(f)
    for url in urls:
        had = seen.setdefault(url, {"etag": None, "modified": None, "entries": {}})
        doc = feedparser.parse(url, etag=had["etag"], modified=had["modified"])
        if doc.bozo or doc.status >= 400:
            sys.exit("%s: %s, %s" % (url, doc.status, doc.get("bozo_exception")))
        had["etag"], had["modified"] = doc.get("etag"), doc.get("modified")
        for e in doc.entries:
            had["entries"].setdefault(e.id, {
                "title": e.title, "link": e.get("link", ""), "date": calendar.timegm(e.published_parsed),
                "content": e.content[0].value if "content" in e else e.summary,
                "enclosure": " ".join(x.href for x in e.get("enclosures", [])),
            })
    with open(state, "w") as f:
        json.dump(seen, f)
    for url in [] if urls else seen:
        for guid, e in seen[url]["entries"].items():
            show(feed=url, id=guid, **e)


{"newsboat": newsboat, "rss2email": rss2email, "feedparser": feedparser}[sys.argv[1]](*sys.argv[2:])
