/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "diagnosis/smtp-survey-grades.h"

#include <glib/gi18n.h>
#include <string.h>

#define PORT_SMTP 25
#define SMALL_DH  2048  /* bits */

/* The first that fits counts. @pattern has * and ? as a shell has. */
static const struct
{
  SmtpSurveyKind  kind;
  const char     *pattern;
  SmtpGrade       grade;
  const char     *sentence;
  const char     *source;
} rules[] = {
  { SMTP_SURVEY_VERSION, "TLS 1.3", SMTP_GRADE_GOOD, N_("The current version."), "RFC 9325 3.1.1" },
  { SMTP_SURVEY_VERSION, "TLS 1.2", SMTP_GRADE_GOOD, N_("Good, with cipher suites that are."), "RFC 9325 3.1.1" },
  { SMTP_SURVEY_VERSION, "TLS 1.?", SMTP_GRADE_INSECURE, N_("Withdrawn: it must no longer be used."), "RFC 8996" },
  { SMTP_SURVEY_VERSION, "SSL 3.0", SMTP_GRADE_INSECURE, N_("Broken (POODLE): it must not be used."), "RFC 7568" },
  { SMTP_SURVEY_VERSION, "SSL 2.0", SMTP_GRADE_INSECURE, N_("Broken (DROWN): it must not be used."), "RFC 6176" },

  { SMTP_SURVEY_SUITE, "*_NULL_*", SMTP_GRADE_INSECURE, N_("Nothing is encrypted."), "RFC 9325 4.1" },
  { SMTP_SURVEY_SUITE, "*_EXPORT_*", SMTP_GRADE_INSECURE, N_("Keys that are short on purpose (FREAK, Logjam)."), "RFC 9325 4.1" },
  { SMTP_SURVEY_SUITE, "*_RC4_*", SMTP_GRADE_INSECURE, N_("RC4 is broken: it must not be used."), "RFC 7465" },
  { SMTP_SURVEY_SUITE, "*_WITH_DES_*", SMTP_GRADE_INSECURE, N_("DES has keys of 56 bits, which can be tried out."), "RFC 5469, RFC 9325 4.1" },
  { SMTP_SURVEY_SUITE, "*_IDEA_*", SMTP_GRADE_DATED, N_("IDEA has small blocks: long connections leak (SWEET32)."), "RFC 5469" },
  { SMTP_SURVEY_SUITE, "*_3DES_*", SMTP_GRADE_DATED, N_("Triple DES has small blocks: long connections leak (SWEET32)."), "RFC 9325 4.1, CVE-2016-2183" },
  { SMTP_SURVEY_SUITE, "*_28147_*", SMTP_GRADE_DATED, N_("GOST 28147-89 has small blocks, and hardly any client has it."), "RFC 9189" },
  { SMTP_SURVEY_SUITE, "*_anon_*", SMTP_GRADE_DATED, N_("Without a certificate: it helps against listeners, not against somebody in between. Clients that check certificates never offer it."), "RFC 5246 A.5" },
  { SMTP_SURVEY_SUITE, "*_MD5", SMTP_GRADE_INSECURE, N_("MD5 is broken."), "RFC 6151" },
  { SMTP_SURVEY_SUITE, "TLS_DHE_DSS_*", SMTP_GRADE_DATED, N_("DSA keys are no longer in use."), "RFC 9325 4.1" },
  { SMTP_SURVEY_SUITE, "TLS_RSA_WITH_*", SMTP_GRADE_DATED, N_("No forward secrecy: who gets the server's key later can read what was recorded before."), "RFC 9325 4.1" },
  { SMTP_SURVEY_SUITE, "TLS_DH_*", SMTP_GRADE_DATED, N_("No forward secrecy: who gets the server's key later can read what was recorded before."), "RFC 9325 4.1" },
  { SMTP_SURVEY_SUITE, "TLS_DHE_*", SMTP_GRADE_DATED, N_("Key exchange over a finite field: slow, and often with weak parameters. ECDHE has replaced it."), "RFC 9325 4.1" },
  { SMTP_SURVEY_SUITE, "*_CBC_*", SMTP_GRADE_DATED, N_("CBC mode has been attacked again and again (Lucky 13); suites with GCM or ChaCha20 have replaced it."), "RFC 9325 4.2" },
  { SMTP_SURVEY_SUITE, "*_CCM_8*", SMTP_GRADE_DATED, N_("Short checksums, meant for very small devices."), "RFC 6655 6" },
  { SMTP_SURVEY_SUITE, "TLS_ECDHE_*", SMTP_GRADE_GOOD, N_("Forward secrecy, and encryption that notices changes."), "RFC 9325 4.2" },
  { SMTP_SURVEY_SUITE, "*", SMTP_GRADE_GOOD, N_("Forward secrecy, and encryption that notices changes."), "RFC 8446 B.4" },

  { SMTP_SURVEY_GROUP, "secp192r1", SMTP_GRADE_INSECURE, N_("A curve of less than 224 bits is too small."), "RFC 9325 4.5" },
  { SMTP_SURVEY_GROUP, "secp224r1", SMTP_GRADE_DATED, N_("A curve that is no longer recommended."), "RFC 8422 5.1.1" },
  { SMTP_SURVEY_GROUP, "ffdhe*", SMTP_GRADE_GOOD, N_("A well-known group of a good size."), "RFC 7919" },
  { SMTP_SURVEY_GROUP, "*", SMTP_GRADE_GOOD, N_("A recommended curve."), "RFC 8446 4.2.7" },

  { SMTP_SURVEY_SIGNATURE, "*_md5", SMTP_GRADE_INSECURE, N_("MD5 is broken: signatures with it must not be used."), "RFC 9155" },
  { SMTP_SURVEY_SIGNATURE, "*_sha1", SMTP_GRADE_INSECURE, N_("SHA-1 is broken: signatures with it must not be used."), "RFC 9155" },
  { SMTP_SURVEY_SIGNATURE, "dsa_*", SMTP_GRADE_DATED, N_("DSA keys are no longer in use."), "RFC 8446 4.2.3" },
  { SMTP_SURVEY_SIGNATURE, "*_sha224", SMTP_GRADE_DATED, N_("SHA-224 is no longer used for signatures."), "RFC 8446 4.2.3" },
  { SMTP_SURVEY_SIGNATURE, "rsa_pkcs1_*", SMTP_GRADE_GOOD, N_("Good in TLS 1.2; TLS 1.3 has RSA-PSS instead."), "RFC 8446 4.2.3" },
  { SMTP_SURVEY_SIGNATURE, "*", SMTP_GRADE_GOOD, N_("A recommended signature scheme."), "RFC 8446 4.2.3" },
};

static const struct
{
  const char *sentence;
  const char *headline;  /* of a survey that ended for it */
} reasons[SMTP_SURVEY_N_REASONS] = {
  [SMTP_SURVEY_REASON_NONE] = { NULL, NULL },
  [SMTP_SURVEY_REASON_LIBRARY] = { N_("The TLS library of this machine does not have it."), NULL },
  [SMTP_SURVEY_REASON_POLICY] = { N_("The settings of this machine's TLS library forbid it."), NULL },
  [SMTP_SURVEY_REASON_NO_VERSION] = { N_("The server accepts no version that has it."), NULL },
  [SMTP_SURVEY_REASON_NOT_USED] = { N_("Nothing that the server accepts makes use of it."), NULL },
  [SMTP_SURVEY_REASON_UNCLEAR] = { N_("The server's answer leaves it open."), N_("The server's answer is not clear") },
  [SMTP_SURVEY_REASON_BUSY] = { N_("The server asked to be left alone (421), and was."), N_("The server asked to be left alone") },
  [SMTP_SURVEY_REASON_REPLY] = { N_("The server turned us away before encryption began."), N_("The server turned us away") },
  [SMTP_SURVEY_REASON_NO_STARTTLS] = { N_("The server does not offer STARTTLS here."), N_("The server offers no encryption") },
  [SMTP_SURVEY_REASON_CONNECTION] = { N_("No connection could be made."), N_("The server cannot be reached") },
  [SMTP_SURVEY_REASON_TIMEOUT] = { N_("The server did not answer in time."), N_("The server does not answer") },
  [SMTP_SURVEY_REASON_CUT] = { N_("The connection was cut."), N_("The connection was cut off") },
  [SMTP_SURVEY_REASON_ALERT] = { N_("The server ended the handshake with an alert that does not say why."), N_("The server ended the encryption") },
  [SMTP_SURVEY_REASON_TLS] = { N_("TLS failed at this end."), N_("Encryption failed") },
  [SMTP_SURVEY_REASON_NOT_TLS] = { N_("What came back was something else."), N_("This is not what a mail server says") },
  [SMTP_SURVEY_REASON_CANCELLED] = { N_("The survey was stopped before."), N_("Stopped") },
};

static void
rate_in_clear (SmtpSurveyRow    *row,
               guint16           port,
               SmtpSurveyRating *rating)
{
  gboolean accepted = smtp_survey_row_get_verdict (row) == SMTP_SURVEY_ACCEPTED;

  if (strcmp (smtp_survey_row_get_name (row), "AUTH") == 0)
    *rating = accepted ? (SmtpSurveyRating) { SMTP_GRADE_INSECURE, _("The server takes passwords without encryption."), "RFC 4954 4" }
                       : (SmtpSurveyRating) { SMTP_GRADE_GOOD, _("The server takes no password without encryption."), "RFC 4954 4" };
  else if (port == PORT_SMTP)
    *rating = accepted ? (SmtpSurveyRating) { SMTP_GRADE_GOOD, _("Mail is taken without encryption, as a public server must."), "RFC 3207 4" }
                       : (SmtpSurveyRating) { SMTP_GRADE_NONE, _("No mail is taken without encryption; a server for everybody must not demand that."), "RFC 3207 4" };
  else
    *rating = accepted ? (SmtpSurveyRating) { SMTP_GRADE_DATED, _("Mail is taken without encryption."), "RFC 8314 4.1" }
                       : (SmtpSurveyRating) { SMTP_GRADE_GOOD, _("No mail is taken without encryption."), "RFC 8314 4.1" };
}

/**
 * smtp_survey_rate:
 * @row: a row
 * @port: the server's port: the one for everybody demands less than those for its own users
 * @rating: (out caller-allocates): what it is worth
 *
 * Grades what is accepted, and says of all else why it is not known to be.
 */
void
smtp_survey_rate (SmtpSurveyRow    *row,
                  guint16           port,
                  SmtpSurveyRating *rating)
{
  SmtpSurveyKind kind = smtp_survey_row_get_kind (row);
  SmtpSurveyVerdict verdict = smtp_survey_row_get_verdict (row);
  SmtpSurveyReason reason = smtp_survey_row_get_reason (row);
  guint bits = smtp_survey_row_get_bits (row);

  *rating = (SmtpSurveyRating) { SMTP_GRADE_NONE, "", NULL };
  if (kind == SMTP_SURVEY_IN_CLEAR && (verdict == SMTP_SURVEY_ACCEPTED || verdict == SMTP_SURVEY_REFUSED))
    {
      rate_in_clear (row, port, rating);
      return;
    }
  if (verdict != SMTP_SURVEY_ACCEPTED)
    {
      if (reasons[reason].sentence != NULL)
        rating->sentence = _(reasons[reason].sentence);
      return;
    }
  if (bits > 0)
    {
      *rating = bits < SMALL_DH ? (SmtpSurveyRating) { SMTP_GRADE_INSECURE, _("A group of less than 2048 bits is too small (Logjam)."), "RFC 9325 4.5" }
                                : (SmtpSurveyRating) { SMTP_GRADE_GOOD, _("A group of the server's own, of a good size."), "RFC 9325 4.5" };
      return;
    }

  for (gsize i = 0; i < G_N_ELEMENTS (rules); i++)
    {
      if (rules[i].kind == kind && g_pattern_match_simple (rules[i].pattern, smtp_survey_row_get_name (row)))
        {
          *rating = (SmtpSurveyRating) { rules[i].grade, _(rules[i].sentence), rules[i].source };
          return;
        }
    }
}

/* Nothing was stopped, and yet there is no version to be had. */
static void
summarize_nothing (SmtpSurveyPlan    *survey,
                   SmtpSurveySummary *summary)
{
  g_autoptr (SmtpSurveyRow) row = g_list_model_get_item (smtp_survey_plan_get_rows (survey), 0);
  SmtpSurveyReason reason = smtp_survey_row_get_reason (row);

  if (smtp_survey_row_get_verdict (row) == SMTP_SURVEY_NOT_TESTABLE)
    {
      summary->outcome = SMTP_OUTCOME_NOT_TESTABLE;
      summary->exit_status = 9;
      summary->reason = smtp_survey_reason_to_id (reason);
      summary->headline = g_strdup (_("No version could be tested"));
      summary->verdict = g_strdup (_(reasons[reason].sentence));
      return;
    }

  summary->outcome = SMTP_OUTCOME_BROKEN;
  summary->exit_status = 8;
  summary->reason = "no-version-accepted";
  summary->headline = g_strdup (_("No version is accepted"));
  summary->verdict = g_strdup (_("The server refuses every TLS version that can be offered from here."));
  summary->next = g_strdup (_("The server's administrator should turn TLS 1.2 and 1.3 on."));
}

static gboolean
has_version (SmtpSurveyPlan *survey)
{
  GListModel *rows = smtp_survey_plan_get_rows (survey);

  for (guint i = 0; i < g_list_model_get_n_items (rows); i++)
    {
      g_autoptr (SmtpSurveyRow) row = g_list_model_get_item (rows, i);

      if (smtp_survey_row_get_kind (row) == SMTP_SURVEY_VERSION && smtp_survey_row_get_verdict (row) == SMTP_SURVEY_ACCEPTED)
        return TRUE;
    }

  return FALSE;
}

static void
count_grades (SmtpSurveyPlan    *survey,
              guint16            port,
              SmtpSurveySummary *summary)
{
  GListModel *rows = smtp_survey_plan_get_rows (survey);

  for (guint i = 0; i < g_list_model_get_n_items (rows); i++)
    {
      g_autoptr (SmtpSurveyRow) row = g_list_model_get_item (rows, i);
      SmtpSurveyRating rating;

      smtp_survey_rate (row, port, &rating);
      summary->n_grades[rating.grade]++;
    }
}

/* The way the last connection ended tells unreachable from timed out from broken; that the server or the user did
 * not want any more is neither. */
static void
summarize_stop (SmtpSurveyPlan    *survey,
                SmtpPlan          *plan,
                SmtpSurveySummary *summary)
{
  SmtpSurveyReason stop = smtp_survey_plan_get_stop (survey);
  g_autoptr (SmtpDiagnosis) diagnosis = NULL;

  summary->outcome = SMTP_OUTCOME_NOT_TESTABLE;
  summary->exit_status = 9;
  summary->reason = smtp_survey_reason_to_id (stop);
  summary->headline = g_strdup (_(reasons[stop].headline != NULL ? reasons[stop].headline : N_("Not finished")));
  summary->verdict = g_strdup (_(reasons[stop].sentence));
  if (stop == SMTP_SURVEY_REASON_BUSY)
    summary->next = g_strdup (_("Try again later, with a longer pause between connections."));
  if (stop == SMTP_SURVEY_REASON_BUSY || stop == SMTP_SURVEY_REASON_CANCELLED || smtp_survey_plan_get_last (survey) == NULL)
    return;

  diagnosis = smtp_diagnosis_new (plan, smtp_survey_plan_get_last (survey));
  if (smtp_diagnosis_get_outcome (diagnosis) == SMTP_OUTCOME_WORKS || smtp_diagnosis_get_reason (diagnosis) == NULL)
    return;

  summary->outcome = smtp_diagnosis_get_outcome (diagnosis);
  summary->exit_status = smtp_diagnosis_get_exit_status (diagnosis);
  summary->reason = smtp_diagnosis_get_reason (diagnosis);
  g_free (summary->verdict);
  summary->verdict = g_strdup (smtp_diagnosis_get_verdict (diagnosis));
  summary->next = g_strdup (smtp_diagnosis_get_next (diagnosis));
}

/**
 * smtp_survey_summarize:
 * @survey: a survey that is over
 * @plan: what it was made with
 * @summary: (out caller-allocates): what came of it
 *
 * A survey that came to its end works, whatever the grades are.
 */
void
smtp_survey_summarize (SmtpSurveyPlan    *survey,
                       SmtpPlan          *plan,
                       SmtpSurveySummary *summary)
{
  guint n_bad;

  *summary = (SmtpSurveySummary) { .reason = "ok", };
  count_grades (survey, smtp_plan_get_port (plan), summary);
  if (smtp_survey_plan_get_stop (survey) != SMTP_SURVEY_REASON_NONE)
    {
      summarize_stop (survey, plan, summary);
      return;
    }

  if (!has_version (survey))
    {
      summarize_nothing (survey, summary);
      return;
    }

  summary->outcome = SMTP_OUTCOME_WORKS;
  n_bad = summary->n_grades[SMTP_GRADE_INSECURE];
  if (n_bad > 0)
    {
      summary->headline = g_strdup (_("Some of it is insecure"));
      summary->verdict = g_strdup_printf (ngettext ("The server accepts %u thing that is insecure.",
                                                    "The server accepts %u things that are insecure.", n_bad), n_bad);
      summary->next = g_strdup (_("The server's administrator should turn off what is marked as insecure."));
    }
  else if (summary->n_grades[SMTP_GRADE_DATED] > 0)
    {
      n_bad = summary->n_grades[SMTP_GRADE_DATED];
      summary->headline = g_strdup (_("Some of it is dated"));
      summary->verdict = g_strdup_printf (ngettext ("The server accepts nothing insecure, and %u thing that is dated.",
                                                    "The server accepts nothing insecure, and %u things that are dated.", n_bad), n_bad);
    }
  else
    {
      summary->headline = g_strdup (_("All of it is good"));
      summary->verdict = g_strdup (_("The server accepts only what is good."));
    }
}

void
smtp_survey_summary_clear (SmtpSurveySummary *summary)
{
  g_clear_pointer (&summary->headline, g_free);
  g_clear_pointer (&summary->verdict, g_free);
  g_clear_pointer (&summary->next, g_free);
}

/**
 * smtp_survey_describe_question:
 * @question: (nullable): the connection under way
 *
 * Returns: (transfer full): what it is about, for a counter
 */
char *
smtp_survey_describe_question (const SmtpSurveyQuestion *question)
{
  static const char *const stages[] = {
    [SMTP_SURVEY_STAGE_CLEAR] = N_("without encryption"), [SMTP_SURVEY_STAGE_VERSIONS] = N_("version"),
    [SMTP_SURVEY_STAGE_SUITES] = N_("cipher suites"),     [SMTP_SURVEY_STAGE_PREFERENCE] = N_("order of cipher suites"),
    [SMTP_SURVEY_STAGE_GROUPS] = N_("groups"),            [SMTP_SURVEY_STAGE_SIGNATURES] = N_("signature schemes"),
    [SMTP_SURVEY_STAGE_DONE] = "",
  };

  if (question == NULL)
    return g_strdup ("");
  if (question->version == SMTP_TLS_VERSION_DEFAULT)
    return g_strdup (_(stages[question->stage]));

  return g_strdup_printf ("%s, %s", smtp_survey_version_to_name (question->version), _(stages[question->stage]));
}

/**
 * smtp_survey_describe_estimate:
 * @n_connections: how many connections it will be
 * @seconds: how long that takes
 *
 * Returns: (transfer full): that in a sentence, to be read before it begins
 */
char *
smtp_survey_describe_estimate (guint n_connections,
                               guint seconds)
{
  g_autofree char *time = g_strdup_printf (ngettext ("%u second", "%u seconds", seconds), seconds);

  return g_strdup_printf (ngettext ("This makes about %u connection, one after the other, and takes about %s. No message is sent.",
                                    "This makes about %u connections, one after the other, and takes about %s. No message is sent.",
                                    n_connections), n_connections, time);
}

/**
 * smtp_survey_describe_order:
 * @survey: a survey
 * @version: a version
 *
 * Returns: (transfer full) (nullable): whose order of cipher suites counts in it; %NULL where that is not known
 */
char *
smtp_survey_describe_order (SmtpSurveyPlan *survey,
                            SmtpTlsVersion  version)
{
  const char *first;
  SmtpSurveyOrder order = smtp_survey_plan_get_order (survey, version, &first);

  if (order == SMTP_SURVEY_ORDER_SERVER)
    return g_strdup_printf (_("The server chooses; what it likes best is %s."), first);
  if (order == SMTP_SURVEY_ORDER_CLIENT)
    return g_strdup (_("The client's order counts."));

  return NULL;
}

/**
 * smtp_grade_to_id:
 * @grade: a grade
 *
 * Returns: (transfer none) (nullable): its stable name, for scripts
 */
const char *
smtp_grade_to_id (SmtpGrade grade)
{
  static const char *const ids[SMTP_N_GRADES] = { NULL, "good", "dated", "insecure" };

  g_return_val_if_fail (grade < SMTP_N_GRADES, NULL);

  return ids[grade];
}

/**
 * smtp_grade_to_words:
 * @grade: a grade
 *
 * Returns: (transfer none): it in a word, translated; "" for none
 */
const char *
smtp_grade_to_words (SmtpGrade grade)
{
  static const char *const words[SMTP_N_GRADES] = { NULL, N_("good"), N_("dated"), N_("insecure") };

  g_return_val_if_fail (grade < SMTP_N_GRADES, "");

  return words[grade] != NULL ? _(words[grade]) : "";
}

/**
 * smtp_survey_kind_to_words:
 * @kind: a kind of row
 *
 * Returns: (transfer none): a heading for it, translated
 */
const char *
smtp_survey_kind_to_words (SmtpSurveyKind kind)
{
  static const char *const words[SMTP_SURVEY_N_KINDS] = {
    N_("Versions"), N_("Cipher suites"), N_("Key exchange groups"), N_("Signature schemes"), N_("Without encryption"),
  };

  g_return_val_if_fail (kind < SMTP_SURVEY_N_KINDS, NULL);

  return _(words[kind]);
}

/**
 * smtp_survey_verdict_to_words:
 * @verdict: what became of a row
 *
 * Returns: (transfer none): it in words, translated
 */
const char *
smtp_survey_verdict_to_words (SmtpSurveyVerdict verdict)
{
  static const char *const words[] = { N_("waiting"), N_("accepted"), N_("refused"), N_("not testable") };

  g_return_val_if_fail (verdict < G_N_ELEMENTS (words), NULL);

  return _(words[verdict]);
}

/**
 * smtp_survey_order_to_id:
 * @order: whose order counts
 *
 * Returns: (transfer none) (nullable): its stable name, for scripts; %NULL where it is not known
 */
const char *
smtp_survey_order_to_id (SmtpSurveyOrder order)
{
  static const char *const ids[] = { NULL, "server", "client" };

  g_return_val_if_fail (order < G_N_ELEMENTS (ids), NULL);

  return ids[order];
}
