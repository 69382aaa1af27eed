/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "cli/smtp-cli-options.h"

#include <glib/gi18n.h>
#include <string.h>

#include "diagnosis/smtp-advice.h"
#include "practice/smtp-practice-server.h"
#include "protocol/smtp-mailbox.h"
#include "session/smtp-content-source.h"
#include "session/smtp-survey.h"

#define LONGEST_PAUSE_MS 60000

/* The words of the command line, before they are checked. */
typedef struct
{
  char   *from;
  char  **to;
  char   *helo;
  char   *security;
  char   *tls[SMTP_TLS_N_OPTIONS];
  gboolean strict_tls;
  char   *stop_after;
  char   *message;
  char   *timeouts;
  int     timeout;
  char   *format;
  char  **rest;
  gboolean send;
  gboolean ipv4;
  gboolean ipv6;
  gboolean no_quit;
  gboolean lab_injection;
  gboolean lab_consent;
} Words;

static void
words_clear (Words *words)
{
  g_free (words->from);
  g_strfreev (words->to);
  g_free (words->helo);
  g_free (words->security);
  for (int i = 0; i < SMTP_TLS_N_OPTIONS; i++)
    g_free (words->tls[i]);
  g_free (words->stop_after);
  g_free (words->message);
  g_free (words->timeouts);
  g_free (words->format);
  g_strfreev (words->rest);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Words, words_clear)

/* Puts what was typed before the reason, so that one of ten thousand addresses can be found again. */
static gboolean
complain (GError     **error,
          const char  *what,
          GError      *reason)
{
  g_autofree char *sentence = smtp_advice_for_error (reason);

  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s: %s", what, sentence);
  g_error_free (reason);

  return FALSE;
}

static gboolean
set (SmtpPlan       *plan,
     SmtpPlanField   field,
     const char     *option,
     const char     *value,
     GError        **error)
{
  GError *reason = NULL;
  g_autofree char *what = NULL;
  g_autofree char *shown = NULL;

  if (value == NULL || smtp_plan_set (plan, field, value, &reason))
    return TRUE;

  shown = g_strescape (value, NULL);
  what = g_strdup_printf ("%s '%s'", option, shown);

  return complain (error, what, reason);
}

static gboolean
add_recipients_of_file (SmtpPlan    *plan,
                        const char  *path,
                        GError     **error)
{
  g_autofree char *text = NULL;
  gsize length;
  char *line;
  char *next;

  if (!g_file_get_contents (path, &text, &length, error))
    return FALSE;
  /* Nothing behind it would be read. */
  if (strlen (text) != length)
    return complain (error, path, g_error_new_literal (SMTP_MAILBOX_ERROR, SMTP_MAILBOX_ERROR_CONTROL, "NUL"));

  for (line = text; line != NULL; line = next)
    {
      next = strchr (line, '\n');
      if (next != NULL)
        *next++ = '\0';
      g_strstrip (line);
      if (*line != '\0' && *line != '#' && !set (plan, SMTP_PLAN_RECIPIENT, "--to", line, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
add_recipients (SmtpPlan            *plan,
                const char * const  *values,
                GError             **error)
{
  for (int i = 0; values != NULL && values[i] != NULL; i++)
    {
      gboolean added = *values[i] == '@' ? add_recipients_of_file (plan, values[i] + 1, error)
                                         : set (plan, SMTP_PLAN_RECIPIENT, "--to", values[i], error);

      if (!added)
        return FALSE;
    }

  return TRUE;
}

static gboolean
set_timeout (SmtpPlan  *plan,
             int        seconds,
             GError   **error)
{
  for (SmtpPhase phase = 0; phase < SMTP_N_PHASES; phase++)
    {
      GError *reason = NULL;

      if (!smtp_plan_set_timeout (plan, phase, seconds < 0 ? 0 : (guint) seconds, &reason))
        return complain (error, "--timeout", reason);
    }

  return TRUE;
}

static gboolean
refuse (GError     **error,
        const char  *sentence)
{
  g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, sentence);

  return FALSE;
}

/* What stands where: a target, or a practice server, and then nothing more. */
static gboolean
take_target (SmtpCliOptions  *self,
             Words           *words,
             GError         **error)
{
  guint n = words->rest != NULL ? g_strv_length (words->rest) : 0;
  GError *reason = NULL;

  if (self->practice != NULL)
    {
      if (n > 0)
        return refuse (error, _("--practice brings its own server: leave HOST out"));
      if (smtp_practice_find (self->practice) < 0)
        return refuse (error, _("There is no practice server of that name; see --practice list"));
      return smtp_plan_set (self->plan, SMTP_PLAN_HOST, "127.0.0.1", error);
    }

  if (n == 0)
    return refuse (error, _("Which server? Give its HOST, or HOST:PORT"));
  if (n > 1)
    return refuse (error, _("Only one HOST can be probed at a time"));
  if (!smtp_plan_set_target (self->plan, words->rest[0], &reason))
    {
      g_autofree char *shown = g_strescape (words->rest[0], NULL);

      return complain (error, shown, reason);
    }

  return TRUE;
}

/* Some practice servers want TLS at once. */
static gboolean
set_security (SmtpCliOptions  *self,
              Words           *words,
              GError         **error)
{
  const char *security = words->security;

  if (security == NULL && self->practice != NULL)
    security = smtp_practice_get_security ((guint) smtp_practice_find (self->practice));

  return set (self->plan, SMTP_PLAN_SECURITY, "--security", security, error);
}

/* A practice server without addresses would have nothing to show. */
static gboolean
add_practice_addresses (SmtpCliOptions  *self,
                        Words           *words,
                        GError         **error)
{
  int index;

  if (self->practice == NULL || words->to != NULL || words->stop_after != NULL || self->survey || words->lab_injection)
    return TRUE;

  index = smtp_practice_find (self->practice);
  if (words->from == NULL &&
      !set (self->plan, SMTP_PLAN_SENDER, "--from", smtp_practice_get_sender ((guint) index), error))
    return FALSE;

  return add_recipients (self->plan, smtp_practice_get_recipients ((guint) index), error);
}

static const char *const tls_names[SMTP_TLS_N_OPTIONS] = {
  [SMTP_TLS_OPTION_MIN] = "--tls-min",           [SMTP_TLS_OPTION_MAX] = "--tls-max",
  [SMTP_TLS_OPTION_PRIORITY] = "--priority",     [SMTP_TLS_OPTION_SNI] = "--sni",
  [SMTP_TLS_OPTION_VERIFY_NAME] = "--verify-name", [SMTP_TLS_OPTION_TRUST] = "--trust",
  [SMTP_TLS_OPTION_CA_FILE] = "--ca-file",       [SMTP_TLS_OPTION_CERT_FILE] = "--cert",
  [SMTP_TLS_OPTION_KEY_FILE] = "--key",          [SMTP_TLS_OPTION_KEYLOG_FILE] = "--keylog-file",
  [SMTP_TLS_OPTION_STRICT] = "--strict-tls",
};

static gboolean
take_tls (SmtpCliOptions  *self,
          Words           *words,
          GError         **error)
{
  for (SmtpTlsOption option = 0; option < SMTP_TLS_N_OPTIONS; option++)
    {
      const char *value = words->tls[option];
      GError *reason = NULL;

      /* Like --from '': nothing, and not what is usual. */
      if (option == SMTP_TLS_OPTION_SNI && value != NULL && *value == '\0')
        value = "-";
      if (option == SMTP_TLS_OPTION_STRICT && words->strict_tls)
        value = "yes";
      if (value != NULL && !smtp_plan_set_tls (self->plan, option, value, &reason))
        {
          g_autofree char *shown = g_strescape (value, NULL);
          g_autofree char *what = g_strdup_printf ("%s '%s'", tls_names[option], shown);

          return complain (error, what, reason);
        }
    }

  return TRUE;
}

static gboolean
take_message (SmtpCliOptions  *self,
              Words           *words,
              GError         **error)
{
  GError *reason = NULL;

  self->send = words->send;
  if (words->send && words->message != NULL)
    return refuse (error, _("--send sends the built-in message, --message a file: give one of them"));
  if (words->message == NULL)
    return TRUE;

  if (!smtp_content_source_check (words->message, &reason))
    return complain (error, "--message", reason);

  return smtp_plan_set (self->plan, SMTP_PLAN_MESSAGE_FILE, words->message, error);
}

/* A survey asks for everything itself, and neither it nor a check of the laboratory has to do with mail. */
static gboolean
check_alone (SmtpCliOptions  *self,
             Words           *words,
             const char      *option,
             GError         **error)
{
  if (words->to != NULL || words->from != NULL || words->send || words->message != NULL || words->stop_after != NULL)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                   _("%s does not go with a sender, recipients, a message or --stop-after: it has to do with encryption only"), option);
      return FALSE;
    }
  if (g_strcmp0 (words->security, "none") == 0)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, _("%s does not go with --security none"), option);
      return FALSE;
    }

  return TRUE;
}

static gboolean
take_survey (SmtpCliOptions  *self,
             Words           *words,
             GError         **error)
{
  if (self->pause_ms != G_MININT && !self->survey)
    return refuse (error, _("--pause goes with --tls-survey"));
  if (self->pause_ms == G_MININT)
    self->pause_ms = SMTP_SURVEY_DEFAULT_PAUSE_MS;
  if (!self->survey)
    return TRUE;

  if (self->pause_ms < 0 || self->pause_ms > LONGEST_PAUSE_MS)
    return refuse (error, _("--pause takes milliseconds, from 0 to 60000"));
  if (words->tls[SMTP_TLS_OPTION_PRIORITY] != NULL || words->tls[SMTP_TLS_OPTION_MIN] != NULL ||
      words->tls[SMTP_TLS_OPTION_MAX] != NULL || words->strict_tls)
    return refuse (error, _("--tls-survey offers everything itself: leave --priority, --tls-min, --tls-max and --strict-tls out"));
  if (words->lab_injection)
    return refuse (error, _("--tls-survey and --lab-injection are two probes: give one of them"));

  return check_alone (self, words, "--tls-survey", error);
}

/* Only servers that one may test: what it sends looks like an attack, and is one that does no harm. */
static gboolean
take_lab (SmtpCliOptions  *self,
          Words           *words,
          GError         **error)
{
  if (!words->lab_injection)
    return !words->lab_consent || refuse (error, _("--lab-consent goes with --lab-injection"));

  if (!words->lab_consent)
    return refuse (error, _("--lab-injection sends what an attacker would send, and the server's administrator may take it for that. Use it only on a server that you may test, and say so with --lab-consent"));
  if (g_strcmp0 (words->security, "tls") == 0 || smtp_plan_get_security (self->plan) == SMTP_SECURITY_TLS)
    return refuse (error, _("--lab-injection is about STARTTLS: it does not go with TLS on connect"));
  if (!check_alone (self, words, "--lab-injection", error))
    return FALSE;

  smtp_plan_set_check (self->plan, SMTP_CHECK_INJECTION);

  return smtp_plan_set (self->plan, SMTP_PLAN_SECURITY, "starttls-required", error) &&
         smtp_plan_set (self->plan, SMTP_PLAN_STOP_AFTER, "starttls", error);
}

static gboolean
apply (SmtpCliOptions  *self,
       Words           *words,
       GError         **error)
{
  SmtpPlan *plan = self->plan;
  const char *family = words->ipv4 ? "ipv4" : words->ipv6 ? "ipv6" : "any";
  const char *format = words->format != NULL ? words->format : "text";
  const char *stop_after = words->stop_after != NULL ? words->stop_after : words->send ? "message" : NULL;

  if (words->ipv4 && words->ipv6)
    return refuse (error, _("-4 and -6 exclude each other"));
  if (!smtp_export_find (format, &self->format))
    return refuse (error, _("There is no such format; there are text and json"));

  return take_target (self, words, error) &&
         set_security (self, words, error) &&
         take_tls (self, words, error) &&
         set (plan, SMTP_PLAN_SENDER, "--from", words->from, error) &&
         set (plan, SMTP_PLAN_EHLO_NAME, "--helo", words->helo, error) &&
         add_recipients (plan, (const char * const *) words->to, error) &&
         add_practice_addresses (self, words, error) &&
         set (plan, SMTP_PLAN_STOP_AFTER, "--stop-after", stop_after, error) &&
         set (plan, SMTP_PLAN_FAMILY, "-4/-6", family, error) &&
         set (plan, SMTP_PLAN_TIMEOUTS, "--timeouts", words->timeouts, error) &&
         (words->timeout == G_MININT || set_timeout (plan, words->timeout, error)) &&
         set (plan, SMTP_PLAN_CLOSE, "--no-quit", words->no_quit ? "drop" : "quit", error) &&
         take_message (self, words, error) && take_survey (self, words, error) && take_lab (self, words, error);
}

/**
 * smtp_cli_options_parse:
 * @self: zeroed options
 * @argc: number of arguments
 * @argv: the arguments; --help prints and exits
 * @error: return location for an error
 *
 * Reads the command line.
 *
 * Returns: whether it makes sense; else @error has a sentence for the user
 */
gboolean
smtp_cli_options_parse (SmtpCliOptions  *self,
                        int              argc,
                        char           **argv,
                        GError         **error)
{
  g_auto (Words) words = { .timeout = G_MININT, };
  const GOptionEntry entries[] = {
    { "from", 'f', 0, G_OPTION_ARG_STRING, &words.from, N_("Sender (reverse-path); '' or <> is the null sender"), N_("ADDR") },
    { "to", 't', 0, G_OPTION_ARG_STRING_ARRAY, &words.to, N_("Recipient (forward-path), repeatable; @FILE: one per line"), N_("ADDR") },
    { "helo", 0, 0, G_OPTION_ARG_STRING, &words.helo, N_("Name for EHLO; default: this machine's"), N_("NAME") },
    { "security", 's', 0, G_OPTION_ARG_STRING, &words.security, N_("Encryption: none, starttls (if offered), starttls-required or tls (on connect)"), N_("MODE") },
    { "stop-after", 0, 0, G_OPTION_ARG_STRING, &words.stop_after, N_("connect, greeting, ehlo, starttls, mail, rcpt, data or message"), N_("PHASE") },
    { "send", 0, 0, G_OPTION_ARG_NONE, &words.send, N_("Deliver the built-in test message"), NULL },
    { "message", 0, 0, G_OPTION_ARG_FILENAME, &words.message, N_("Deliver this file as the message"), N_("FILE") },
    { "ipv4", '4', 0, G_OPTION_ARG_NONE, &words.ipv4, N_("Use IPv4 only"), NULL },
    { "ipv6", '6', 0, G_OPTION_ARG_NONE, &words.ipv6, N_("Use IPv6 only"), NULL },
    { "timeouts", 0, 0, G_OPTION_ARG_STRING, &words.timeouts, N_("Time-outs: quick (30 s) or rfc (RFC 5321)"), N_("PRESET") },
    { "timeout", 0, 0, G_OPTION_ARG_INT, &words.timeout, N_("One time-out for all phases"), N_("SECONDS") },
    { "no-quit", 0, 0, G_OPTION_ARG_NONE, &words.no_quit, N_("Close the connection without QUIT"), NULL },
    { "ca-file", 0, 0, G_OPTION_ARG_FILENAME, &words.tls[SMTP_TLS_OPTION_CA_FILE], N_("Trust the authorities in FILE (PEM)"), N_("FILE") },
    { "trust", 0, 0, G_OPTION_ARG_STRING, &words.tls[SMTP_TLS_OPTION_TRUST], N_("Whom to trust: system, file or both"), N_("WHOM") },
    { "cert", 0, 0, G_OPTION_ARG_FILENAME, &words.tls[SMTP_TLS_OPTION_CERT_FILE], N_("Client certificate: PEM or PKCS#12 file, or PKCS#11 URI"), N_("FILE") },
    { "key", 0, 0, G_OPTION_ARG_FILENAME, &words.tls[SMTP_TLS_OPTION_KEY_FILE], N_("Its key: PEM file or PKCS#11 URI"), N_("FILE") },
    { "key-password-file", 0, 0, G_OPTION_ARG_FILENAME, &self->key_password_file, N_("The key's password is the first line of FILE"), N_("FILE") },
    { "key-password-env", 0, 0, G_OPTION_ARG_STRING, &self->key_password_env, N_("The key's password is in environment variable VAR"), N_("VAR") },
    { "priority", 0, 0, G_OPTION_ARG_STRING, &words.tls[SMTP_TLS_OPTION_PRIORITY], N_("What TLS offers, as a GnuTLS priority string"), N_("STRING") },
    { "tls-min", 0, 0, G_OPTION_ARG_STRING, &words.tls[SMTP_TLS_OPTION_MIN], N_("Lowest TLS version: 1.0, 1.1, 1.2 or 1.3"), N_("V") },
    { "tls-max", 0, 0, G_OPTION_ARG_STRING, &words.tls[SMTP_TLS_OPTION_MAX], N_("Highest TLS version"), N_("V") },
    { "sni", 0, 0, G_OPTION_ARG_STRING, &words.tls[SMTP_TLS_OPTION_SNI], N_("Server name to send (SNI); '': none"), N_("NAME") },
    { "verify-name", 0, 0, G_OPTION_ARG_STRING, &words.tls[SMTP_TLS_OPTION_VERIFY_NAME], N_("Name to look for in the certificate; default: HOST"), N_("NAME") },
    { "strict-tls", 0, 0, G_OPTION_ARG_NONE, &words.strict_tls, N_("End the run at a bad certificate"), NULL },
    { "keylog-file", 0, 0, G_OPTION_ARG_FILENAME, &words.tls[SMTP_TLS_OPTION_KEYLOG_FILE], N_("Add the session's secrets to FILE, for Wireshark"), N_("FILE") },
    { "tls-survey", 0, 0, G_OPTION_ARG_NONE, &self->survey, N_("Find out all that the server accepts in TLS, in many connections"), NULL },
    { "pause", 0, 0, G_OPTION_ARG_INT, &self->pause_ms, N_("Pause between the connections of a survey; default: 250"), N_("MS") },
    { "lab-injection", 0, 0, G_OPTION_ARG_NONE, &words.lab_injection, N_("Try to get a command in clear past STARTTLS; needs --lab-consent"), NULL },
    { "lab-consent", 0, 0, G_OPTION_ARG_NONE, &words.lab_consent, N_("I may test this server"), NULL },
    { "practice", 0, 0, G_OPTION_ARG_STRING, &self->practice, N_("Probe the built-in practice server; 'list' lists them"), N_("NAME") },
    { "format", 0, 0, G_OPTION_ARG_STRING, &words.format, N_("text (live) or json"), N_("FORMAT") },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &self->output, N_("Write the result to FILE"), N_("FILE") },
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &self->quiet, N_("Print the verdict only"), NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &self->show_version, N_("Print the version"), NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &words.rest, NULL, NULL },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (GOptionContext) context = g_option_context_new (_("HOST[:PORT] — ask a mail server and show what it says"));

  self->pause_ms = G_MININT;
  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_set_translation_domain (context, "smtp-probe");
  if (!g_option_context_parse (context, &argc, &argv, error))
    return FALSE;

  self->list_practice = g_strcmp0 (self->practice, "list") == 0;
  if (self->show_version || self->list_practice)
    return TRUE;

  self->plan = smtp_plan_new ();

  return apply (self, &words, error);
}

/**
 * smtp_cli_options_clear:
 * @self: options
 *
 * Frees what they hold.
 */
void
smtp_cli_options_clear (SmtpCliOptions *self)
{
  g_clear_pointer (&self->plan, smtp_plan_unref);
  g_clear_pointer (&self->practice, g_free);
  g_clear_pointer (&self->output, g_free);
  g_clear_pointer (&self->key_password_file, g_free);
  g_clear_pointer (&self->key_password_env, g_free);
}
