/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Replies in the shape in which real servers send them, and what they must be taken for; and the tables
 * themselves: complete, well-formed, without an entry that can never be reached. */

#include <string.h>

#include "diagnosis/smtp-meanings.h"
#include "support/run-dialogue.h"

typedef struct
{
  SmtpVerb       verb;
  const char    *reply;
  const char    *id;
  SmtpActor      actor;
  SmtpRetry      retry;
  SmtpCertainty  certainty;
} Case;

#define CONNECT   SMTP_VERB_CONNECT
#define EHLO      SMTP_VERB_EHLO
#define MAIL      SMTP_VERB_MAIL
#define RCPT      SMTP_VERB_RCPT
#define DATA      SMTP_VERB_DATA
#define CONTENT   SMTP_VERB_CONTENT
#define NOBODY    SMTP_ACTOR_NOBODY
#define YOU       SMTP_ACTOR_YOU
#define OURS      SMTP_ACTOR_YOUR_ADMIN
#define THEIRS    SMTP_ACTOR_THEIR_ADMIN
#define RECIPIENT SMTP_ACTOR_RECIPIENT
#define PROVIDER  SMTP_ACTOR_PROVIDER
#define NO        SMTP_RETRY_NO
#define LATER     SMTP_RETRY_LATER
#define CHANGE    SMTP_RETRY_AFTER_CHANGE
#define LOW       SMTP_CERTAINTY_LOW
#define MEDIUM    SMTP_CERTAINTY_MEDIUM
#define HIGH      SMTP_CERTAINTY_HIGH

static const Case cases[] = {
  /* Greetings. */
  { CONNECT, "220 mx.example.test ESMTP", "ready", NOBODY, NO, HIGH },
  { CONNECT, "554 mx.example.test not accepting messages", "refused-at-connect", OURS, CHANGE, MEDIUM },
  { CONNECT, "521 5.3.2 mx.example.test: service currently unavailable", "refused-at-connect", OURS, CHANGE, MEDIUM },
  { CONNECT, "554 5.7.1 [192.0.2.9] is listed in zen.spamhaus.org", "blocked-by-list", OURS, CHANGE, HIGH },
  { CONNECT, "550 5.7.1 no mail from 192.0.2.9: it has a poor reputation", "blocked-by-list", OURS, CHANGE, HIGH },
  { CONNECT, "421 4.7.0 mx.example.test: too many connections from 192.0.2.9", "connection-limit", NOBODY, LATER, HIGH },
  { CONNECT, "421 too many concurrent SMTP connections; please come back", "connection-limit", NOBODY, LATER, HIGH },
  { CONNECT, "421 4.3.2 all server ports are busy", "server-busy", NOBODY, LATER, HIGH },
  { CONNECT, "421 4.3.2 service not active", "not-accepting-mail", THEIRS, LATER, MEDIUM },
  { CONNECT, "421 mx.example.test", "service-unavailable", NOBODY, LATER, HIGH },
  { CONNECT, "554 SMTP synchronization error", "talked-too-soon", OURS, CHANGE, HIGH },
  { CONNECT, "521 5.5.1 protocol error", "talked-too-soon", OURS, CHANGE, HIGH },
  { CONNECT, "450 4.7.25 client host refused: cannot find your reverse hostname, [192.0.2.9]", "no-reverse-dns", PROVIDER, CHANGE, HIGH },

  /* EHLO. */
  { EHLO, "250 mx.example.test", "hello", NOBODY, NO, HIGH },
  { EHLO, "501 Syntax: EHLO hostname", "helo-refused", YOU, CHANGE, HIGH },
  { EHLO, "501 syntactically invalid EHLO argument", "helo-refused", YOU, CHANGE, HIGH },
  { EHLO, "501 5.5.4 empty HELO/EHLO argument not taken here", "helo-refused", YOU, CHANGE, HIGH },
  { EHLO, "504 5.5.2 <pc>: need a fully qualified name", "helo-refused", YOU, CHANGE, HIGH },
  { EHLO, "504 5.5.2 <pc>: EHLO command rejected: need fully-qualified hostname", "helo-refused", YOU, CHANGE, HIGH },
  { EHLO, "450 4.7.1 <pc.example.org>: EHLO command rejected: Host not found", "helo-refused", YOU, CHANGE, HIGH },
  { EHLO, "500 5.3.3 unrecognized command", "unknown-command", YOU, CHANGE, HIGH },
  { EHLO, "502 5.5.2 command not recognized", "not-implemented", NOBODY, NO, HIGH },
  { EHLO, "421 4.4.2 mx.example.test timeout exceeded", "idle-too-long", YOU, LATER, HIGH },
  { EHLO, "421 4.7.1 mx.example.test Error: No client certificate presented", "client-certificate-required", YOU, CHANGE, HIGH },
  { EHLO, "421 4.7.1 mx.example.test Error: Client certificate not trusted", "client-certificate-refused", YOU, CHANGE, HIGH },

  /* Who may send, and how. */
  { MAIL, "530 5.7.0 must issue a STARTTLS command first", "tls-required", YOU, CHANGE, HIGH },
  { MAIL, "530 5.7.57 client not authenticated to send anonymous mail during MAIL FROM", "authentication-required", YOU, CHANGE, HIGH },
  { MAIL, "550 5.7.57 client was not let in", "authentication-required", YOU, CHANGE, HIGH },
  { MAIL, "530 5.7.1 client was not authenticated", "authentication-required", YOU, CHANGE, HIGH },
  { MAIL, "530-5.5.1 authentication required. See\r\n530 5.5.1 https://support.example.test", "authentication-required", YOU, CHANGE, HIGH },
  { MAIL, "550 5.7.29 this mail must use TLS", "tls-required", YOU, CHANGE, HIGH },
  { MAIL, "421 4.7.66 TLS 1.0 and 1.1 are not spoken here", "tls-too-old", YOU, CHANGE, HIGH },
  { MAIL, "454 4.7.0 TLS not available due to local problem", "tls-not-available", THEIRS, LATER, HIGH },
  { MAIL, "454 TLS currently unavailable", "tls-not-available", THEIRS, LATER, HIGH },
  { MAIL, "504 5.5.4 encryption required for the mechanism asked for", "tls-required", YOU, CHANGE, HIGH },
  { MAIL, "535 5.7.8 authentication failed: wrong password", "authentication-failed", YOU, CHANGE, HIGH },
  { MAIL, "535 incorrect authentication data", "authentication-failed", YOU, CHANGE, HIGH },
  { MAIL, "535 5.7.3 authentication unsuccessful", "authentication-failed", YOU, CHANGE, HIGH },
  { MAIL, "535-5.7.8 Username and Password not accepted. See\r\n535 5.7.8 https://support.example.test", "authentication-failed", YOU, CHANGE, HIGH },
  { MAIL, "454 4.7.0 temporary authentication failure", "authentication-not-available", THEIRS, LATER, HIGH },
  { MAIL, "454 4.7.0 too many login attempts", "too-many-sign-ins", YOU, LATER, HIGH },
  { MAIL, "503 5.5.1 error: send HELO/EHLO first", "bad-sequence", YOU, CHANGE, HIGH },
  { MAIL, "503 5.5.2 send hello first", "bad-sequence", YOU, CHANGE, HIGH },
  { MAIL, "500 5.5.2 error: command not recognized", "unknown-command", YOU, CHANGE, HIGH },
  { MAIL, "500 line too long", "line-too-long", YOU, CHANGE, HIGH },
  { MAIL, "500 5.5.1 invalid command: pipelining not supported", "pipelining-not-supported", YOU, CHANGE, HIGH },
  { MAIL, "503 5.5.0 improper use of SMTP command pipelining", "talked-too-soon", OURS, CHANGE, HIGH },
  { MAIL, "521 5.7.0 error: I can break rules, too. Goodbye.", "http-on-smtp", OURS, CHANGE, HIGH },
  { MAIL, "421 4.7.0 mx.example.test error: too many errors", "too-many-errors", YOU, CHANGE, HIGH },

  /* The sender. */
  { MAIL, "250 2.1.0 Ok", "sender-accepted", NOBODY, NO, HIGH },
  { MAIL, "501 5.1.7 bad sender address syntax", "sender-malformed", YOU, CHANGE, HIGH },
  { MAIL, "450 4.1.8 <a@nowhere.test>: Sender address rejected: Domain not found", "sender-domain-unknown", YOU, CHANGE, HIGH },
  { MAIL, "451 4.1.8 domain of sender address a@nowhere.test does not resolve", "sender-domain-unknown", YOU, CHANGE, HIGH },
  { RCPT, "550 5.1.8 <a@nowhere.test>: Sender address rejected: Domain not found", "sender-domain-unknown", YOU, CHANGE, HIGH },
  { RCPT, "550 5.7.27 <a@null.test>: Sender address rejected: Domain null.test does not accept mail (nullMX)", "sender-domain-takes-no-mail", YOU, CHANGE, HIGH },
  { MAIL, "550 5.7.60 SMTP; client does not have permissions to send as this sender", "sender-not-yours", OURS, CHANGE, HIGH },
  { CONTENT, "554 5.2.252 SendAsDenied; a@example.test not allowed to send as b@example.test", "sender-not-yours", OURS, CHANGE, HIGH },
  { MAIL, "553 5.7.1 <a@example.test>: Sender address rejected: not owned by user carol", "sender-not-yours", OURS, CHANGE, HIGH },
  { MAIL, "553 5.7.1 <a@example.test>: Sender address rejected: not logged in", "authentication-required", YOU, CHANGE, HIGH },
  { RCPT, "550 sender verify failed", "sender-refused", YOU, CHANGE, HIGH },
  { MAIL, "550 no", "sender-refused", YOU, CHANGE, MEDIUM },
  { MAIL, "552 message size exceeds maximum permitted", "message-too-large", YOU, CHANGE, HIGH },
  { MAIL, "552 5.3.4 message size exceeds fixed limit", "message-too-large", YOU, CHANGE, HIGH },
  { MAIL, "452 4.3.1 insufficient system storage", "server-out-of-resources", THEIRS, LATER, HIGH },
  { MAIL, "452 4.3.1 insufficient system resources", "server-out-of-resources", THEIRS, LATER, HIGH },
  { MAIL, "553 5.6.7 must declare SMTPUTF8 to send that address", "needs-smtputf8", YOU, CHANGE, HIGH },
  { MAIL, "555 unknown parameter", "bad-arguments", YOU, CHANGE, HIGH },

  /* The recipient: relaying. */
  { RCPT, "250 2.1.5 Recipient OK", "recipient-accepted", NOBODY, NO, HIGH },
  { RCPT, "251 not here; will forward", "recipient-forwarded", NOBODY, NO, HIGH },
  { RCPT, "252 2.0.0 bob@elsewhere.test", "cannot-verify", NOBODY, NO, HIGH },
  { RCPT, "554 5.7.1 <bob@elsewhere.test>: Relay access denied", "relay-denied", YOU, CHANGE, HIGH },
  { RCPT, "550 relay not permitted", "relay-denied", YOU, CHANGE, HIGH },
  { RCPT, "550 5.7.54 SMTP; unable to relay recipient in non-accepted domain", "relay-denied", YOU, CHANGE, HIGH },
  { RCPT, "550 5.7.54 no", "relay-denied", THEIRS, CHANGE, HIGH },
  { RCPT, "550 5.7.1 unable to relay", "relay-denied", YOU, CHANGE, HIGH },
  { RCPT, "550-5.7.1 mail relay denied [192.0.2.9]. Invalid credentials for relay\r\n550 5.7.1 for one of the domains", "relay-denied", YOU, CHANGE, HIGH },
  { RCPT, "550 5.7.1 <bob@elsewhere.test>... relaying denied. IP name lookup failed [192.0.2.9]", "relay-denied", YOU, CHANGE, HIGH },

  /* The recipient: no such mailbox. */
  { RCPT, "550 5.1.1 <bob@elsewhere.test>: Recipient address rejected: User unknown in local recipient table", "mailbox-unknown", YOU, NO, HIGH },
  { RCPT, "550-5.1.1 the account that you wrote to does not exist. Please\r\n550 5.1.1 check it", "mailbox-unknown", YOU, NO, HIGH },
  { RCPT, "550 5.1.1 <quota@example.test>: no", "mailbox-unknown", YOU, NO, HIGH },
  { RCPT, "550 <spamhaus@example.test> no such user", "mailbox-unknown", YOU, NO, HIGH },
  { RCPT, "550 User bob not listed in the address book: no such user", "mailbox-unknown", YOU, NO, HIGH },
  { CONTENT, "550 5.1.10 RESOLVER.ADR.RecipientNotFound; recipient not found by SMTP address lookup", "mailbox-unknown", YOU, NO, HIGH },
  { RCPT, "550 5.1.10 no", "mailbox-unknown", YOU, NO, HIGH },
  { RCPT, "550 5.5.0 requested action not taken: mailbox unavailable", "mailbox-unknown", YOU, NO, MEDIUM },
  { RCPT, "550 5.4.1 Recipient address rejected: access denied. [x.prod.example.test]", "mailbox-unknown", YOU, NO, MEDIUM },
  { RCPT, "550 unrouteable address", "mailbox-unknown", YOU, NO, MEDIUM },
  { RCPT, "524 5.2.4 mailing list expansion problem: <bob@elsewhere.test>", "mailbox-unknown", YOU, NO, MEDIUM },
  { RCPT, "550 invalid recipient: <bob@elsewhere.test>", "mailbox-unknown", YOU, NO, MEDIUM },
  { RCPT, "550 5.2.1 the account that you wrote to is disabled", "mailbox-disabled", RECIPIENT, NO, HIGH },
  { RCPT, "550 this account is inactive", "mailbox-disabled", RECIPIENT, NO, MEDIUM },
  { RCPT, "501 5.1.3 bad recipient address syntax", "recipient-malformed", YOU, CHANGE, HIGH },
  { RCPT, "504 5.5.2 <bob>: Recipient address rejected: need fully-qualified address", "recipient-malformed", YOU, CHANGE, HIGH },
  { RCPT, "550 5.1.2 <bob@nowhere.test>: Recipient address rejected: Domain not found", "recipient-domain-unknown", YOU, CHANGE, HIGH },
  { RCPT, "556 5.1.10 <bob@null.test>: Recipient address rejected: Domain null.test does not accept mail (nullMX)", "domain-takes-no-mail", YOU, NO, HIGH },
  { RCPT, "556 5.1.10 no", "domain-takes-no-mail", YOU, NO, HIGH },
  { RCPT, "551 try <bob@other.test>", "recipient-elsewhere", YOU, CHANGE, HIGH },
  { CONTENT, "550 5.7.12 RESOLVER.RST; sender was not authenticated for organization", "recipient-restricted", THEIRS, CHANGE, MEDIUM },
  { RCPT, "550 no", "recipient-refused", YOU, NO, MEDIUM },

  /* The recipient: not now. */
  { RCPT, "450 4.2.0 <bob@elsewhere.test>: Recipient address rejected: Greylisted", "greylisted", NOBODY, LATER, HIGH },
  { RCPT, "451 4.7.1 greylisting in action, please come back in 00:05:00", "greylisted", NOBODY, LATER, HIGH },
  { RCPT, "451 4.7.1 try again later", "greylisted", NOBODY, LATER, MEDIUM },
  { RCPT, "450 4.3.2 service currently unavailable", "greylisted", NOBODY, LATER, MEDIUM },
  { RCPT, "452-4.2.2 the recipient's inbox is out of storage space.\r\n452 4.2.2 sorry", "mailbox-full", RECIPIENT, LATER, HIGH },
  { RCPT, "552 5.2.2 the account is over quota", "mailbox-full", RECIPIENT, LATER, HIGH },
  { RCPT, "452 4.5.3 error: too many recipients", "too-many-recipients", YOU, LATER, HIGH },
  { RCPT, "452 4.5.3 no", "too-many-recipients", YOU, LATER, HIGH },
  { RCPT, "450 4.7.1 error: too much mail from 192.0.2.9", "rate-limit", OURS, LATER, HIGH },
  { RCPT, "450 4.7.1 error: too many recipients from 192.0.2.9", "rate-limit", OURS, LATER, HIGH },
  { RCPT, "451 cannot resolve address at this time", "their-lookup-failed", THEIRS, LATER, MEDIUM },
  { RCPT, "451 4.3.0 <bob@elsewhere.test>: temporary lookup failure", "their-lookup-failed", THEIRS, LATER, MEDIUM },
  { RCPT, "451 4.3.5 server configuration error", "their-system-faulty", THEIRS, LATER, MEDIUM },
  { RCPT, "451 temporary local problem - please try later", "their-system-faulty", THEIRS, LATER, MEDIUM },
  { RCPT, "451 4.7.1 service unavailable - try again later", "their-system-faulty", THEIRS, LATER, MEDIUM },
  { RCPT, "451 4.4.62 mail sent to the wrong region. ATTR35", "wrong-region", OURS, CHANGE, HIGH },
  { RCPT, "450 no", "mailbox-unavailable-now", NOBODY, LATER, MEDIUM },

  /* Who we are taken for. */
  { RCPT, "554 5.7.1 service unavailable; client host [192.0.2.9] blocked using zen.spamhaus.org", "blocked-by-list", OURS, CHANGE, HIGH },
  { MAIL, "550 5.7.1 messages from [192.0.2.9] were not sent. Part of their network is on our block list (S3150)", "blocked-by-list", OURS, CHANGE, HIGH },
  { RCPT, "550 5.7.511 access denied, banned sender [192.0.2.9]", "blocked-by-list", OURS, CHANGE, HIGH },
  { RCPT, "451 4.7.500 server busy. Please try again later from [192.0.2.9]", "rate-limit", OURS, LATER, HIGH },
  { MAIL, "451 4.7.650 the mail server [192.0.2.9] has been temporarily rate limited", "rate-limit", OURS, LATER, HIGH },
  { RCPT, "550 5.7.705 access denied, tenant has exceeded threshold", "own-tenant-restricted", OURS, CHANGE, HIGH },
  { RCPT, "550 5.7.708 access denied, traffic not accepted from this IP", "own-tenant-restricted", OURS, CHANGE, HIGH },
  { MAIL, "550 5.7.750 service unavailable. Client blocked from sending from unregistered domains", "own-tenant-restricted", OURS, CHANGE, HIGH },
  { CONTENT, "550-5.7.25 the sending IP has no PTR record\r\n550 5.7.25 or it does not match", "no-reverse-dns", PROVIDER, CHANGE, HIGH },
  { CONTENT, "550 5.7.23 the message was refused because of an SPF failure", "sender-authentication-failed", OURS, CHANGE, HIGH },
  { CONTENT, "550-5.7.26 unauthenticated mail from example.test is not taken due to\r\n550 5.7.26 the domain's DMARC policy", "sender-authentication-failed", OURS, CHANGE, HIGH },
  { CONTENT, "421 4.7.32 the From header is not aligned", "sender-authentication-failed", OURS, CHANGE, HIGH },
  { CONTENT, "421-4.7.28 there was an unusual rate of mail from your address\r\n421 4.7.28 so it waits", "rate-limit", OURS, LATER, HIGH },
  { CONTENT, "550 5.7.28 no", "rate-limit", OURS, LATER, HIGH },
  { MAIL, "421 4.7.0 [TSS04] messages from 192.0.2.9 temporarily deferred due to user complaints", "poor-reputation", OURS, LATER, HIGH },

  /* The message. */
  { DATA, "354 end with a dot", "go-on", NOBODY, NO, HIGH },
  { DATA, "554 5.5.1 error: no valid recipients", "bad-sequence", YOU, CHANGE, HIGH },
  { DATA, "503 5.5.1 need RCPT command", "bad-sequence", YOU, CHANGE, HIGH },
  { CONTENT, "250 2.0.0 Ok: queued as 4Abc", "message-taken", NOBODY, NO, HIGH },
  { CONTENT, "550 5.7.1 message content rejected", "content-refused", THEIRS, CHANGE, HIGH },
  { CONTENT, "554 5.7.0 reject, id=01234-05 - SPAM", "content-refused", THEIRS, CHANGE, HIGH },
  { CONTENT, "554 5.7.0 reject, id=01234-05 - INFECTED: Eicar-Test", "content-infected", YOU, CHANGE, HIGH },
  { CONTENT, "554 5.7.0 reject, id=01234-05 - BANNED: .exe", "content-refused", THEIRS, CHANGE, HIGH },
  { CONTENT, "451 4.5.0 error in processing, id=01234-05", "their-system-faulty", THEIRS, LATER, MEDIUM },
  { CONTENT, "554 5.4.0 error: too many hops", "mail-loop", OURS, CHANGE, HIGH },
  { CONTENT, "554 5.4.14 hop count exceeded - possible mail loop (ATTR34)", "mail-loop", OURS, CHANGE, HIGH },
  { CONTENT, "550 5.7.1 Delivery not authorized, message refused: Message is not RFC 2822 compliant", "message-malformed", YOU, CHANGE, HIGH },
  { CONTENT, "550-5.7.1 this message is\r\n550-5.7.1 not RFC 5322 compliant: two From fields.\r\n550 5.7.1 To keep spam low it was blocked.", "message-malformed", YOU, CHANGE, HIGH },
  { CONTENT, "550 5.6.11 SMTPSEND.BareLinefeedsAreIllegal; message contains bare line feeds", "bare-line-feeds", YOU, CHANGE, HIGH },
  { CONTENT, "550 5.6.11 invalid characters", "bare-line-feeds", YOU, CHANGE, HIGH },
  { CONTENT, "552 5.3.4 message file too big", "message-too-large", YOU, CHANGE, HIGH },
  { CONTENT, "550 5.7.1 refused by policy", "refused-by-policy", THEIRS, CHANGE, MEDIUM },
  { CONTENT, "554 no", "message-refused", THEIRS, CHANGE, MEDIUM },

  /* Nothing is known but the class. */
  { RCPT, "299 well", "ok", NOBODY, NO, HIGH },
  { RCPT, "499 hm", "temporary", NOBODY, LATER, LOW },
  { RCPT, "599 hm", "permanent", THEIRS, CHANGE, LOW },
  { RCPT, "450 5.1.1 hm", "mailbox-unknown", YOU, LATER, HIGH },
};

static void
test_reply (gconstpointer data)
{
  const Case *at = data;
  g_autofree char *bytes = g_strconcat (at->reply, "\r\n", NULL);
  g_autoptr (DialogueRun) run = dialogue_run_reply (at->verb, bytes);
  SmtpStep *step = dialogue_run_find (run, at->verb);
  SmtpExplanation explanation = { NULL, };

  g_assert_true (smtp_explanation_get (step, &explanation));
  g_assert_cmpstr (explanation.id, ==, at->id);
  g_assert_cmpint (explanation.actor, ==, at->actor);
  g_assert_cmpint (explanation.retry, ==, at->retry);
  g_assert_cmpint (explanation.certainty, ==, at->certainty);
  g_assert_nonnull (explanation.source);
}

static void
check_meaning (const SmtpMeaning *meaning)
{
  g_assert_cmpstr (meaning->id, !=, "");
  for (const char *at = meaning->id; *at != '\0'; at++)
    g_assert_true (g_ascii_islower (*at) || g_ascii_isdigit (*at) || *at == '-');

  g_assert_true (g_str_has_suffix (meaning->meaning, ".") || g_str_has_suffix (meaning->meaning, ".)"));
  g_assert_true (g_ascii_isupper (meaning->meaning[0]));
  if (meaning->next != NULL)
    {
      g_assert_true (g_str_has_suffix (meaning->next, "."));
      g_assert_true (g_ascii_isupper (meaning->next[0]));
    }
  /* Who has nothing to do is not told to change something. */
  g_assert_false (meaning->actor == NOBODY && meaning->retry == CHANGE);
}

static void
test_tables (void)
{
  guint n = 0;

  for (const SmtpWording *at = smtp_meanings_wordings; at->meaning.id != NULL; at++, n++)
    {
      check_meaning (&at->meaning);
      g_assert_true (at->klass == 0 || at->klass == 4 || at->klass == 5);
      g_assert_true (at->code == 0 || at->klass == 0 || at->code / 100 == at->klass);
      /* A rule for anything would hide what comes behind it. */
      g_assert_true (at->words != NULL || at->enhanced != NULL || at->code != 0 || at->stages != 0);
      for (const char *c = at->words; c != NULL && *c != '\0'; c++)
        {
          g_assert_false (g_ascii_isupper (*c));
          g_assert_false (c[0] == '|' && (c[1] == '|' || c[1] == '\0'));
        }
    }
  g_assert_cmpuint (n, >, 50);

  for (const SmtpRegistered *at = smtp_meanings_registry; at->words != NULL; at++)
    {
      g_assert_false (g_str_has_suffix (at->words, "."));
      if (at->meaning.id != NULL)
        check_meaning (&at->meaning);
      for (const SmtpRegistered *other = at + 1; other->words != NULL; other++)
        g_assert_false (other->subject == at->subject && other->detail == at->detail);
    }

  for (const SmtpCodeMeaning *at = smtp_meanings_codes; at->code != 0; at++)
    check_meaning (&at->meaning);
}

/* What a server could say to make a rule apply. */
static char *
make_reply (const SmtpWording *rule,
            const char        *words)
{
  guint klass = rule->klass != 0 ? rule->klass : rule->code != 0 ? rule->code / 100 : 5;
  guint code = rule->code != 0 ? rule->code : klass * 100 + 99;
  g_autofree char *enhanced = g_strdup (rule->enhanced != NULL ? rule->enhanced : "");

  for (char *at = enhanced; *at != '\0'; at++)
    {
      if (*at == 'x')
        *at = (char) ('0' + klass);
      else if (*at == '?')
        *at = '7';
    }

  return g_strdup_printf ("%u %s %s \r\n", code, enhanced, words);
}

static gboolean
is_reached (const SmtpWording *rule,
            const char        *words)
{
  static const SmtpVerb verbs[] = { CONNECT, EHLO, MAIL, RCPT, DATA, CONTENT };
  g_autofree char *bytes = make_reply (rule, words);

  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    {
      g_autoptr (DialogueRun) run = NULL;
      SmtpExplanation explanation = { NULL, };

      if (rule->stages != 0 && (rule->stages & 1u << verbs[i]) == 0)
        continue;

      run = dialogue_run_reply (verbs[i], bytes);
      g_assert_true (smtp_explanation_get (dialogue_run_find (run, verbs[i]), &explanation));
      if (strcmp (explanation.id, rule->meaning.id) == 0 && strcmp (explanation.meaning, rule->meaning.meaning) == 0)
        return TRUE;
    }

  return FALSE;
}

/* No rule is hidden by the ones before it, and neither is any piece of text in it. */
static void
test_reachable (void)
{
  for (const SmtpWording *rule = smtp_meanings_wordings; rule->meaning.id != NULL; rule++)
    {
      g_auto (GStrv) pieces = g_strsplit (rule->words != NULL ? rule->words : "hm", "|", -1);

      for (int i = 0; pieces[i] != NULL; i++)
        {
          if (!is_reached (rule, pieces[i]))
            {
              g_test_message ("rule %d (%s): '%s' is never reached", (int) (rule - smtp_meanings_wordings),
                              rule->meaning.id, pieces[i]);
              g_test_fail ();
            }
        }
    }
}

/* The registry of 2024-12-06: how many details each subject has. */
static void
test_registry (void)
{
  static const guint last_details[] = { 0, 10, 4, 6, 7, 6, 10, 30 };
  guint n = 0;

  for (guint subject = 0; subject < G_N_ELEMENTS (last_details); subject++)
    {
      for (guint detail = 0; detail <= last_details[subject]; detail++, n++)
        {
          SmtpEnhancedCode code = { 5, (guint16) subject, (guint16) detail };
          const char *words = smtp_explanation_enhanced (&code);

          g_assert_cmpuint (words != NULL ? strlen (words) : 0, >, 3);
        }
    }
  for (const SmtpRegistered *at = smtp_meanings_registry; at->words != NULL; at++)
    n--;
  g_assert_cmpuint (n, ==, 0);

  g_assert_null (smtp_explanation_enhanced (&(SmtpEnhancedCode) { 5, 7, 511 }));
  g_assert_null (smtp_explanation_enhanced (&(SmtpEnhancedCode) { 5, 8, 0 }));
}

/* A registered code decides where the words say nothing. */
static void
test_registry_is_used (void)
{
  for (const SmtpRegistered *at = smtp_meanings_registry; at->words != NULL; at++)
    {
      g_autofree char *bytes = g_strdup_printf ("599 5.%u.%u hm\r\n", at->subject, at->detail);
      g_autoptr (DialogueRun) run = dialogue_run_reply (EHLO, bytes);
      SmtpExplanation explanation = { NULL, };

      g_assert_true (smtp_explanation_get (dialogue_run_find (run, EHLO), &explanation));
      if (at->meaning.id == NULL || at->detail == 0)
        g_assert_cmpstr (explanation.id, ==, "permanent");
      else
        g_assert_cmpstr (explanation.id, ==, at->meaning.id);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = g_strdup_printf ("/meanings/reply/%03u-%s", (guint) i, cases[i].id);

      g_test_add_data_func (name, &cases[i], test_reply);
    }
  g_test_add_func ("/meanings/tables", test_tables);
  g_test_add_func ("/meanings/reachable", test_reachable);
  g_test_add_func ("/meanings/registry", test_registry);
  g_test_add_func ("/meanings/registry-is-used", test_registry_is_used);

  return g_test_run ();
}
