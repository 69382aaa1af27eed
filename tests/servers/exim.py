# SPDX-FileCopyrightText: 2026 SMTP Probe contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exim in a cell.

Listeners:
  mx       an ordinary MX that takes messages up to LARGE
  small    the same, but up to SMALL bytes
  helo     insists on a fully qualified HELO or EHLO name
  refuse   greets with 554 and closes
  busy     greets with 421 and closes
  limited  takes a connection only when there is none to any listener; a
           further one is greeted with 421.  Exim notices the end of a
           connection a moment later

With certificates, and good.pem unless it is said otherwise; TLS is GnuTLS here:
  starttls    offers STARTTLS, and inside it AUTH PLAIN
  smtps       TLS on connect
  encrypt     insists on STARTTLS, with 550 to MAIL
  tls12       offers STARTTLS with TLS 1.2 only
  selfsigned  offers STARTTLS with selfsigned.pem
  asks        offers STARTTLS and insists on a client certificate then
  asks-smtps  the same with TLS on connect

Recipients of example.test: the mailboxes; later@ is deferred with 450, full@
with 452, others are refused with "550 Unrouteable address".  Every other domain
is refused with "550 relay not permitted".

What it alters on the way into the Maildir: it prepends its Received field;
every line end becomes LF; a bare CR ends a line and a bare LF becomes a blank;
a header without an empty line after it gets one.  Everything else arrives as it
was sent: eighth bits, NUL and other control characters, lines of any length,
odd folding.
"""

from cell import Account, CERTIFICATES, DOMAIN, HOSTNAME, LOG, MAIL, MAILBOXES, MAIL_USER, \
    RUN, Server

SMALL = 204800
LARGE = 52428800

_EXIM = Account('Debian-exim', 21303)

# Exim reads the port on which a connection came in to tell listeners apart.
_CONFIGURATION = r'''
primary_hostname = @HOSTNAME@
spool_directory = /var/spool/exim4
log_file_path = @LOG@/exim-%slog
log_selector = +smtp_connection
pid_file_path = @RUN@/exim.pid
exim_user = Debian-exim
exim_group = Debian-exim
never_users = root
local_interfaces = <; 127.0.0.1 @IPV6@
daemon_smtp_ports = @PORTS@
disable_ipv6 = @NO_IPV6@
keep_environment =
smtp_banner = $primary_hostname ESMTP Exim $version_number
rfc1413_query_timeout = 0s
@TLS@
pipelining_advertise_hosts = *
chunking_advertise_hosts = *
smtputf8_advertise_hosts = *
dsn_advertise_hosts = *
prdr_enable = true
message_size_limit = ${if eq{$received_port}{@small@}{@SMALL@}{@LARGE@}}
smtp_accept_max = 100
smtp_accept_max_per_host = ${if eq{$received_port}{@limited@}{1}{100}}
smtp_accept_queue_per_connection = 0
check_spool_space = 0
check_spool_inodes = 0
# messages arrive as they were sent
return_path_remove = false
delivery_date_remove = false
envelope_to_remove = false
acl_smtp_connect = acl_connect
acl_smtp_helo = acl_helo
acl_smtp_mail = acl_mail
acl_smtp_rcpt = acl_rcpt
acl_smtp_vrfy = accept
domainlist local_domains = @DOMAIN@

begin acl

acl_connect:
  drop    condition = ${if eq{$received_port}{@refuse@}}
          message   = 554 5.7.1 $primary_hostname takes no mail from you
  defer   condition = ${if eq{$received_port}{@busy@}}
          message   = 421 4.3.2 $primary_hostname is busy, try again later
  accept

acl_helo:
  deny    condition = ${if eq{$received_port}{@helo@}}
          condition = ${if !match{$sender_helo_name}{\N^\[|[^.]\.[^.]\N}}
          message   = 504 5.5.2 <$sender_helo_name>: need a fully qualified name
  accept

acl_mail:
  deny    condition = ${if eq{$received_port}{@encrypt@}}
          ! encrypted = *
          message   = 550 5.7.1 Must issue a STARTTLS command first
  accept

acl_rcpt:
  require message     = relay not permitted
          domains     = +local_domains
  defer   local_parts = later
          message     = 450 4.2.0 Greylisted, see you in 5 minutes
  defer   local_parts = full
          message     = 452 4.2.2 Mailbox full
  require verify      = recipient
  accept

begin routers

mailboxes:
  driver = accept
  domains = +local_domains
  local_parts = @MAILBOXES@
  transport = maildir

# nothing leaves the machine
elsewhere:
  driver = redirect
  domains = ! +local_domains
  data = :blackhole:

begin transports

maildir:
  driver = appendfile
  directory = @MAIL@/$local_part_data
  maildir_format
  create_directory
  user = @MAIL_USER@
  group = @MAIL_USER@

begin retry

* * F,1h,5m

begin authenticators

plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = false
  server_advertise_condition = ${if def:tls_in_cipher}
'''

_TLS = r'''
tls_advertise_hosts = ${if inlist{$received_port}{@tls_ports@}{*}{}}
tls_on_connect_ports = @smtps@ : @asks-smtps@
tls_certificate = @CERTIFICATES@/${if eq{$received_port}{@selfsigned@}{selfsigned}{good}}.pem
tls_privatekey = @CERTIFICATES@/${if eq{$received_port}{@selfsigned@}{selfsigned}{good}}.key
tls_require_ciphers = NORMAL${if eq{$received_port}{@tls12@}{:-VERS-ALL:+VERS-TLS1.2}{}}
tls_verify_certificates = @CERTIFICATES@/ca.pem
tls_verify_hosts = ${if inlist{$received_port}{@asks@ : @asks-smtps@}{*}{}}
tls_try_verify_hosts =
'''


class Exim(Server):
    """Exim; see the top of this file for its listeners."""

    name = 'exim'
    listeners = ('mx', 'small', 'helo', 'refuse', 'busy', 'limited')
    tls_listeners = ('starttls', 'smtps', 'encrypt', 'tls12', 'selfsigned', 'asks', 'asks-smtps')
    key_group = _EXIM.number
    small = ('small', SMALL)
    accounts = (_EXIM,)
    folders = ((_EXIM.number, _EXIM.number, 0o750, ('/var/spool/exim4',)),)

    def files(self):
        # No port is 0: what is not there is nobody's.
        marks = dict.fromkeys(self.tls_listeners, '0')
        marks.update((name, str(port)) for name, port in self.ports.items())
        marks.update(
            HOSTNAME=HOSTNAME, DOMAIN=DOMAIN, LOG=LOG, RUN=RUN, MAIL=MAIL,
            MAIL_USER=MAIL_USER, MAILBOXES=' : '.join(MAILBOXES),
            SMALL=str(SMALL), LARGE=str(LARGE),
            PORTS=' : '.join(str(port) for port in self.ports.values()),
            IPV6='; ::1' if self.ipv6 else '',
            NO_IPV6='false' if self.ipv6 else 'true', CERTIFICATES=CERTIFICATES,
            tls_ports=' : '.join(marks[name] for name in self.tls_listeners))
        text = _CONFIGURATION.replace('@TLS@', _TLS if self.certificates else 'tls_advertise_hosts =')
        for mark, value in marks.items():
            text = text.replace('@%s@' % mark, value)
        # The only place from which Exim reads it without dropping root.
        return {'exim4/exim4.conf': text}

    def command(self):
        return ['/usr/sbin/exim4', '-bdf']
