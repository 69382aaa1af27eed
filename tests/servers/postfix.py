# SPDX-FileCopyrightText: 2026 SMTP Probe contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Postfix in a cell.

Listeners:
  mx       an ordinary MX that takes messages up to LARGE bytes
  small    the same, but up to SMALL bytes
  helo     insists on a fully qualified HELO or EHLO name, which it says, with
           504, only at RCPT
  refuse   greets with 554 and waits for QUIT
  busy     greets with 421 and closes
  limited  takes one connection at a time; a further one is greeted with 421.
           Postfix notices the end of a connection a moment later

With certificates, and good.pem unless it is said otherwise:
  starttls    offers STARTTLS
  smtps       TLS on connect
  encrypt     insists on STARTTLS, with 530 to MAIL
  tls12       offers STARTTLS with TLS 1.2 only
  selfsigned  offers STARTTLS with selfsigned.pem
  asks        insists on STARTTLS and a client certificate, with 421 to EHLO
  asks-smtps  the same with TLS on connect, with 421 for a greeting

Recipients of example.test: the mailboxes; later@ is deferred with 450 4.2.0,
full@ with 452 4.2.2, others are refused with 550 5.1.1.  Every other domain is
refused with 554 5.7.1.

What it alters on the way into the Maildir: it prepends Return-Path,
X-Original-To, Delivered-To and its Received field; every line end, a bare LF
too, becomes LF; a bare CR becomes a blank; a body without a header before it
gets an empty line; blanks between a field name and its colon go.  Everything
else arrives as it was sent: eighth bits, NUL and other control characters, lines
of any length, odd folding.
"""

from cell import (Account, CERTIFICATES, DOMAIN, HOSTNAME, LOG, MAIL, MAILBOXES, MAIL_UID,
                  RUN, Server)

SMALL = 100000
LARGE = 52428800

_POSTFIX = Account('postfix', 21301)
_POSTDROP = Account('postdrop', 21302)
_QUEUE = RUN + '/queue'
_DATA = RUN + '/data'

_MAIN = {
    'compatibility_level': '3.6',
    'queue_directory': _QUEUE,
    'data_directory': _DATA,
    'daemon_directory': '/usr/lib/postfix/sbin',
    'command_directory': '/usr/sbin',
    'mail_owner': _POSTFIX.name,
    'setgid_group': _POSTDROP.name,
    'maillog_file': LOG + '/postfix',
    'maillog_file_prefixes': LOG,
    'myhostname': HOSTNAME,
    'mydomain': DOMAIN,
    'myorigin': DOMAIN,
    'mydestination': '',
    'mynetworks': '',
    'inet_interfaces': 'loopback-only',
    'smtpd_banner': '$myhostname ESMTP $mail_name',
    'smtpd_peername_lookup': 'no',
    'smtp_host_lookup': 'native',
    'alias_maps': '',
    'alias_database': '',
    'local_recipient_maps': '',
    # Nothing leaves the machine.
    'default_transport': 'discard:dropped by the test server',
    'relay_transport': 'discard:dropped by the test server',
    'local_transport': 'error:no local delivery',
    'relayhost': '',
    'relay_domains': '',
    # Mailboxes.
    'virtual_mailbox_domains': DOMAIN,
    'virtual_mailbox_base': MAIL,
    'virtual_mailbox_maps': 'inline:{ %s }' % ' '.join(
        '{ %s@%s = %s/ }' % (name, DOMAIN, name) for name in MAILBOXES),
    'virtual_uid_maps': 'static:%d' % MAIL_UID,
    'virtual_gid_maps': 'static:%d' % MAIL_UID,
    'virtual_alias_maps': '',
    'message_size_limit': str(LARGE),
    'mailbox_size_limit': '0',
    'virtual_mailbox_limit': '0',
    # Messages arrive as they were sent.
    'local_header_rewrite_clients': '',
    'remote_header_rewrite_domain': '',
    'message_drop_headers': '',
    # Policy.
    'strict_rfc821_envelopes': 'yes',
    'smtpd_relay_restrictions': 'reject_unauth_destination',
    'smtpd_recipient_restrictions':
        'check_recipient_access inline:{ '
        '{ later@%s = 450 4.2.0 Greylisted, see you in 5 minutes } '
        '{ full@%s = 452 4.2.2 Mailbox full } }' % (DOMAIN, DOMAIN),
    'smtpd_data_restrictions': 'reject_unauth_pipelining',
    # Loopback clients are not spared the limits, and errors cost no time.
    'smtpd_client_event_limit_exceptions': '',
    'smtpd_client_connection_count_limit': '0',
    'smtpd_error_sleep_time': '0',
    'in_flow_delay': '0',
}

# What sets a listener apart: parameters of its smtpd.
_LISTENERS = {
    'mx': {},
    'small': {'message_size_limit': str(SMALL)},
    'helo': {'smtpd_helo_required': 'yes',
             'smtpd_helo_restrictions': 'reject_invalid_helo_hostname, '
                                        'reject_non_fqdn_helo_hostname'},
    'refuse': {'smtpd_delay_reject': 'no',
               'smtpd_client_restrictions': 'reject'},
    'busy': {'smtpd_delay_reject': 'no',
             'smtpd_client_restrictions':
                 'check_client_access static:{421 4.3.2 Try again later}'},
    'limited': {'smtpd_client_connection_count_limit': '1'},
}

_CERTIFICATE = {'smtpd_tls_chain_files': '%s/good.key, %s/good.pem' % (CERTIFICATES, CERTIFICATES),
                'smtpd_tls_security_level': 'may', 'smtpd_tls_loglevel': '1'}
_INSIST = dict(_CERTIFICATE, smtpd_tls_security_level='encrypt')
_ASK = dict(_INSIST, smtpd_tls_req_ccert='yes', smtpd_tls_CAfile=CERTIFICATES + '/ca.pem')

_TLS_LISTENERS = {
    'starttls': _CERTIFICATE,
    'smtps': dict(_INSIST, smtpd_tls_wrappermode='yes'),
    'encrypt': _INSIST,
    'tls12': dict(_CERTIFICATE, smtpd_tls_protocols='>=TLSv1.2, <=TLSv1.2'),
    'selfsigned': dict(_CERTIFICATE, smtpd_tls_chain_files=_CERTIFICATE['smtpd_tls_chain_files'].replace(
        'good', 'selfsigned')),
    'asks': _ASK,
    'asks-smtps': dict(_ASK, smtpd_tls_wrappermode='yes'),
}

# name, type, private, unprivileged, chroot, wake-up, processes, command
_SERVICES = '''
pickup    unix  n - n 60    1 pickup
cleanup   unix  n - n -     0 cleanup
qmgr      unix  n - n 300   1 qmgr
rewrite   unix  - - n -     - trivial-rewrite
bounce    unix  - - n -     0 bounce
defer     unix  - - n -     0 bounce
trace     unix  - - n -     0 bounce
verify    unix  - - n -     1 verify
flush     unix  n - n 1000? 0 flush
proxymap  unix  - - n -     - proxymap
showq     unix  n - n -     - showq
error     unix  - - n -     - error
retry     unix  - - n -     - error
discard   unix  - - n -     - discard
virtual   unix  - n n -     - virtual
tlsmgr    unix  - - n 1000? 1 tlsmgr
anvil     unix  - - n -     1 anvil
postlog   unix-dgram n - n - 1 postlogd
'''


class Postfix(Server):
    """Postfix; see the top of this file for its listeners."""

    name = 'postfix'
    listeners = tuple(_LISTENERS)
    tls_listeners = tuple(_TLS_LISTENERS)
    small = ('small', SMALL)
    accounts = (_POSTFIX, _POSTDROP)
    folders = (
        (0, 0, 0o755, (_QUEUE, _QUEUE + '/pid')),
        (_POSTFIX.number, _POSTFIX.number, 0o700, (_DATA, *(
            _QUEUE + '/' + name for name in (
                'active', 'bounce', 'corrupt', 'defer', 'deferred', 'flush',
                'hold', 'incoming', 'private', 'saved', 'trace')))),
        (_POSTFIX.number, _POSTDROP.number, 0o1730, (_QUEUE + '/maildrop',)),
        (_POSTFIX.number, _POSTDROP.number, 0o2710, (_QUEUE + '/public',)),
    )

    def files(self):
        main = dict(_MAIN, inet_protocols='all' if self.ipv6 else 'ipv4')
        master = [_SERVICES]
        for listener, port in self.ports.items():
            master.append('%d inet n - n - - smtpd\n' % port)
            for parameter, value in {**_LISTENERS, **_TLS_LISTENERS}[listener].items():
                master.append('  -o { %s = %s }\n' % (parameter, value))
        return {
            'postfix/main.cf': ''.join(
                '%s = %s\n' % item for item in main.items()),
            'postfix/master.cf': ''.join(master),
        }

    def command(self):
        # Not through postfix(1), which checks its whole installation first.
        return ['/usr/lib/postfix/sbin/master', '-d']
