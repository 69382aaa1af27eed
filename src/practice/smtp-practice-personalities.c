/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "practice/smtp-practice-personalities.h"

#include <glib/gi18n.h>

static const char *const alice_and_bob[] = { "alice@practice.example", "bob@practice.example", NULL };
static const char *const mixed[] = { "alice@practice.example", "nobody@practice.example", "carol@elsewhere.example", NULL };
static const char *const alice_only[] = { "alice@practice.example", NULL };
static const char *const full[] = { "alice@practice.example", "full@practice.example", NULL };

const SmtpPracticeAnswer smtp_practice_common_answers[] = {
  { SMTP_VERB_CONNECT, NULL, "220 practice.example ESMTP practice server of SMTP Probe\n" },
  { SMTP_VERB_EHLO, NULL, "250-practice.example greets you\n250-SIZE 1048576\n250-8BITMIME\n250-ENHANCEDSTATUSCODES\n250 HELP\n" },
  { SMTP_VERB_HELO, NULL, "250 practice.example\n" },
  { SMTP_VERB_MAIL, NULL, "250 2.1.0 Sender ok\n" },
  { SMTP_VERB_RCPT, NULL, "250 2.1.5 Recipient ok\n" },
  { SMTP_VERB_DATA, NULL, "354 End with a dot on a line of its own\n" },
  { SMTP_VERB_CONTENT, NULL, "250 2.0.0 Thank you; this practice server threw the message away\n" },
  { SMTP_VERB_RSET, NULL, "250 2.0.0 Forgotten\n" },
  { SMTP_VERB_NOOP, NULL, "250 2.0.0 Nothing done\n" },
  { SMTP_VERB_QUIT, NULL, "221 2.0.0 Good-bye\n" },
  { SMTP_VERB_VRFY, NULL, "252 2.1.5 Cannot tell, but will take it\n" },
  { SMTP_VERB_HELP, NULL, "214 2.0.0 See RFC 5321\n" },
  { SMTP_VERB_STARTTLS, NULL, "502 5.5.1 There is no TLS here\n" },
  { SMTP_VERB_OTHER, NULL, "500 5.5.2 Unknown command\n" },
  { 0, NULL, NULL },
};

const SmtpPracticeAnswer smtp_practice_offering_answers[] = {
  { SMTP_VERB_EHLO, NULL, "250-practice.example greets you\n250-SIZE 1048576\n250-8BITMIME\n250-ENHANCEDSTATUSCODES\n"
                          "250-STARTTLS\n250 HELP\n" },
  { SMTP_VERB_STARTTLS, "starttls ", "501 5.5.4 STARTTLS stands alone\n" },
  { SMTP_VERB_STARTTLS, NULL, "220 2.0.0 Ready for TLS\n" },
  { 0, NULL, NULL },
};

const SmtpPracticeAnswer smtp_practice_encrypted_answers[] = {
  { SMTP_VERB_STARTTLS, NULL, "503 5.5.1 This is TLS already\n" },
  { 0, NULL, NULL },
};

static const SmtpPracticeAnswer no_answers[] = { { 0, NULL, NULL } };

static const SmtpPracticeAnswer refusing[] = {
  { SMTP_VERB_RCPT, "elsewhere", "554 5.7.1 <carol@elsewhere.example>: Relay access denied\n" },
  { SMTP_VERB_RCPT, "nobody", "550 5.1.1 <nobody@practice.example>: User unknown\n" },
  { 0, NULL, NULL },
};

static const SmtpPracticeAnswer greylisting[] = {
  { SMTP_VERB_RCPT, NULL, "450 4.2.0 Greylisted, please come back in five minutes\n" },
  { 0, NULL, NULL },
};

static const SmtpPracticeAnswer mailbox_full[] = {
  { SMTP_VERB_RCPT, "full@", "452 4.2.2 The mailbox of this user is over quota\n" },
  { 0, NULL, NULL },
};

static const SmtpPracticeAnswer busy[] = {
  { SMTP_VERB_CONNECT, NULL, "421 4.3.2 practice.example: too many connections, try again later\n" },
  { 0, NULL, NULL },
};

static const SmtpPracticeAnswer slow[] = {
  { SMTP_VERB_CONNECT, NULL, "220 practice.example takes its time\n" },
  { SMTP_VERB_EHLO, NULL, "250-practice.example\n250 SIZE 1048576\n" },
  { 0, NULL, NULL },
};

static const SmtpPracticeAnswer exchange[] = {
  { SMTP_VERB_CONNECT, NULL, "220 MAIL01.practice.example Microsoft ESMTP MAIL Service ready\n" },
  { SMTP_VERB_EHLO, NULL, "250-MAIL01.practice.example Hello [127.0.0.1]\n250-SIZE 37748736\n250-PIPELINING\n250-DSN\n"
                          "250-ENHANCEDSTATUSCODES\n250-X-ANONYMOUSTLS\n250-AUTH NTLM\n250-X-EXPS GSSAPI NTLM\n250-8BITMIME\n"
                          "250-BINARYMIME\n250-CHUNKING\n250 XRDST\n" },
  { SMTP_VERB_MAIL, NULL, "250 2.1.0 Sender OK\n" },
  { SMTP_VERB_RCPT, "elsewhere", "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain\n" },
  { SMTP_VERB_RCPT, NULL, "250 2.1.5 Recipient OK\n" },
  { SMTP_VERB_DATA, NULL, "354 Start mail input; end with <CRLF>.<CRLF>\n" },
  { SMTP_VERB_CONTENT, NULL, "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup\n" },
  { SMTP_VERB_QUIT, NULL, "221 2.0.0 Service closing transmission channel\n" },
  { 0, NULL, NULL },
};

static const SmtpPracticeAnswer not_smtp[] = {
  { SMTP_VERB_CONNECT, NULL, "HTTP/1.1 400 Bad Request\nContent-Length: 0\nConnection: close\n\n" },
  { 0, NULL, NULL },
};

static const SmtpPracticeAnswer tls_unavailable[] = {
  { SMTP_VERB_STARTTLS, NULL, "454 4.7.0 TLS not available due to temporary reason\n" },
  { 0, NULL, NULL },
};

/* The second line is what somebody in between could put there, hoping that it is taken for one of TLS. */
static const SmtpPracticeAnswer tls_injects[] = {
  { SMTP_VERB_STARTTLS, NULL, "220 2.0.0 Ready for TLS\n250 2.0.0 This line was put in by somebody else\n" },
  { 0, NULL, NULL },
};

static const SmtpPracticeTlsHabits good_tls = { SMTP_PRACTICE_CERTIFICATE_GOOD, NULL, FALSE, FALSE };
static const SmtpPracticeTlsHabits self_signed = { SMTP_PRACTICE_CERTIFICATE_SELF_SIGNED, NULL, FALSE, FALSE };
static const SmtpPracticeTlsHabits expired = { SMTP_PRACTICE_CERTIFICATE_EXPIRED, NULL, FALSE, FALSE };
static const SmtpPracticeTlsHabits wrong_name = { SMTP_PRACTICE_CERTIFICATE_WRONG_NAME, NULL, FALSE, FALSE };
static const SmtpPracticeTlsHabits incomplete = { SMTP_PRACTICE_CERTIFICATE_INCOMPLETE, NULL, FALSE, FALSE };
static const SmtpPracticeTlsHabits tls12 = { SMTP_PRACTICE_CERTIFICATE_GOOD, "NORMAL:-VERS-ALL:+VERS-TLS1.2",
                                              FALSE, FALSE };
static const SmtpPracticeTlsHabits tls_drops = { SMTP_PRACTICE_CERTIFICATE_GOOD, NULL, FALSE, TRUE };
static const SmtpPracticeTlsHabits tls_on_connect = { SMTP_PRACTICE_CERTIFICATE_GOOD, NULL, TRUE, FALSE };

const SmtpPracticePersonality smtp_practice_personalities[] = {
  { "refusals", N_("Refuses some recipients"), N_("Takes mail for some, refuses an unknown user, and does not relay"),
    "you@practice.example", mixed, 15, 0, TRUE, refusing, "starttls", NULL },
  { "good", N_("Well-behaved"), N_("Does everything as it should"),
    "you@practice.example", alice_and_bob, 10, 0, TRUE, no_answers, "starttls", NULL },
  { "greylisting", N_("Greylisting"), N_("Turns unknown senders away for some minutes"),
    "you@practice.example", alice_only, 20, 0, TRUE, greylisting, "starttls", NULL },
  { "full", N_("Mailbox full"), N_("Has a recipient whose mailbox is over quota"),
    "you@practice.example", full, 10, 0, TRUE, mailbox_full, "starttls", NULL },
  { "busy", N_("Too busy"), N_("Turns everybody away with 421"),
    "you@practice.example", alice_only, 5, 0, TRUE, busy, "starttls", NULL },
  { "slow", N_("Slow"), N_("Lets one wait, and sends its replies byte by byte"),
    "you@practice.example", alice_only, 400, 25, TRUE, slow, "starttls", NULL },
  { "exchange", N_("Like Exchange"), N_("Speaks as Microsoft Exchange does, and refuses unknown users only after the message"),
    "you@practice.example", mixed, 15, 0, TRUE, exchange, "starttls", NULL },
  { "web", N_("Not a mail server"), N_("Is a web server on the wrong port"),
    "you@practice.example", alice_only, 5, 0, TRUE, not_smtp, "starttls", NULL },
  { "tls", N_("Encrypted"), N_("Offers STARTTLS, with a certificate that is good"),
    "you@practice.example", alice_and_bob, 10, 0, TRUE, no_answers, "starttls", &good_tls },
  { "tls-on-connect", N_("Encrypted from the start"), N_("Begins with TLS, as on port 465"),
    "you@practice.example", alice_and_bob, 10, 0, TRUE, no_answers, "tls", &tls_on_connect },
  { "tls12", N_("TLS 1.2 only"), N_("Speaks no newer TLS than version 1.2"),
    "you@practice.example", alice_only, 10, 0, TRUE, no_answers, "starttls", &tls12 },
  { "self-signed", N_("Self-signed certificate"), N_("Has a certificate that no authority signed"),
    "you@practice.example", alice_only, 10, 0, TRUE, no_answers, "starttls", &self_signed },
  { "expired", N_("Expired certificate"), N_("Has a certificate that was good until yesterday"),
    "you@practice.example", alice_only, 10, 0, TRUE, no_answers, "starttls", &expired },
  { "wrong-name", N_("Certificate of another server"), N_("Has a certificate for another name"),
    "you@practice.example", alice_only, 10, 0, TRUE, no_answers, "starttls", &wrong_name },
  { "missing-intermediate", N_("Incomplete certificate chain"),
    N_("Does not send the intermediate certificate"),
    "you@practice.example", alice_only, 10, 0, TRUE, no_answers, "starttls", &incomplete },
  { "tls-unavailable", N_("Encryption out of order"), N_("Offers STARTTLS, and then cannot do it"),
    "you@practice.example", alice_only, 10, 0, TRUE, tls_unavailable, "starttls", &good_tls },
  { "tls-drops", N_("Hangs up at encryption"), N_("Offers STARTTLS, and closes the connection when TLS begins"),
    "you@practice.example", alice_only, 10, 0, TRUE, no_answers, "starttls", &tls_drops },
  { "tls-injects", N_("Tampered encryption"), N_("Lets a reply in clear slip in before TLS begins, as an attacker would"),
    "you@practice.example", alice_only, 10, 0, TRUE, tls_injects, "starttls", &good_tls },
};

const guint smtp_practice_n_personalities = G_N_ELEMENTS (smtp_practice_personalities);
