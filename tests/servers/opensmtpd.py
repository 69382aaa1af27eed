# SPDX-FileCopyrightText: 2026 SMTP Probe contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenSMTPD in a cell.

Listeners:
  mx       an ordinary MX that takes messages up to LARGE bytes; a larger one is
           refused with 554 5.3.4 after the dot
  helo     insists on a fully qualified HELO or EHLO name
  refuse   greets with 554 and waits for QUIT
  busy     greets with 421 and closes

With certificates, but the OpenSMTPD of Debian 12 fails every handshake with the alert
internal_error:
  starttls  offers STARTTLS
  smtps     TLS on connect
  encrypt   insists on STARTTLS

Recipients of example.test: the mailboxes; later@ is deferred with 450 4.2.0,
full@ with 452 4.2.2, others are refused with "550 Invalid recipient".  So is
every other domain.

What it alters on the way into the Maildir: it prepends Return-Path,
Delivered-To and its Received field; every line end, a bare LF too, becomes LF;
a line ends at a NUL; Bcc goes; Date and Message-ID come at the end of a header
that lacks them; addresses without a domain get one.  A message that does not
begin with a header is refused after the dot.  Everything else arrives as it was
sent: eighth bits, bare CR and other control characters, lines of at least 5000
bytes, odd folding.
"""

from cell import Account, CERTIFICATES, DOMAIN, HOSTNAME, MAIL, MAILBOXES, MAIL_UID, Server

LARGE = 1048576

_EMPTY = '/var/lib/opensmtpd/empty'
_DAEMON = Account('opensmtpd', 21304, _EMPTY)
_QUEUE = Account('opensmtpq', 21305, _EMPTY)

_FILTERS = {
    'mx': 'mx',
    'helo': 'name',
    'refuse': 'refuse',
    'busy': 'busy',
}


_TLS = {'starttls': 'tls', 'smtps': 'smtps', 'encrypt': 'tls-require'}


class OpenSMTPD(Server):
    """OpenSMTPD; see the top of this file for its listeners."""

    name = 'opensmtpd'
    listeners = tuple(_FILTERS)
    tls_listeners = tuple(_TLS)
    small = ('mx', LARGE)
    accounts = (_DAEMON, _QUEUE)
    folders = ((0, 0, 0o755, (_EMPTY,)),)

    def files(self):
        users = ', '.join('%s = "%d:%d:%s"' % (
            name, MAIL_UID, MAIL_UID, MAIL) for name in MAILBOXES)
        lines = [
            'table users { %s }' % users,
            'table anyone { "0.0.0.0/0", "::/0" }',
            'table later { "later@%s" }' % DOMAIN,
            'table full { "full@%s" }' % DOMAIN,
            'table qualified { "\\.", "^\\[" }',
            'smtp max-message-size %d' % LARGE,
            'filter "later" phase rcpt-to match rcpt-to <later>'
            ' reject "450 4.2.0 Greylisted, see you in 5 minutes"',
            'filter "full" phase rcpt-to match rcpt-to <full>'
            ' reject "452 4.2.2 Mailbox full"',
            'filter "mx" chain { "later", "full" }',
            *('filter "%s" phase %s match !helo regex <qualified>'
              ' reject "504 5.5.2 need a fully qualified name"' % (verb, verb)
              for verb in ('helo', 'ehlo')),
            'filter "name" chain { "helo", "ehlo" }',
            'filter "refuse" phase connect match src <anyone>'
            ' reject "554 5.7.1 no mail from you"',
            'filter "busy" phase connect match src <anyone>'
            ' disconnect "421 4.3.2 busy, try again later"',
        ]
        if self.certificates:
            lines += ['pki "%s" cert "%s/good.pem"' % (HOSTNAME, CERTIFICATES),
                      'pki "%s" key "%s/good.key"' % (HOSTNAME, CERTIFICATES)]
        for listener, port in self.ports.items():
            for address in ('127.0.0.1', '::1')[:1 + self.ipv6]:
                tls = '%s pki "%s" ' % (_TLS[listener], HOSTNAME) if listener in _TLS else ''
                lines.append('listen on %s port %d %shostname %s filter "%s"' % (
                    address, port, tls, HOSTNAME, _FILTERS.get(listener, 'mx')))
        lines += [
            'action "deliver" maildir "%s/%%{dest.user}" userbase <users>' %
            MAIL,
            'match from any for domain "%s" action "deliver"' % DOMAIN,
        ]
        return {'smtpd.conf': '\n'.join(lines) + '\n'}

    def command(self):
        return ['/usr/sbin/smtpd', '-d', '-f', '/etc/smtpd.conf']
