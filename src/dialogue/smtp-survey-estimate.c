/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "dialogue/smtp-survey-estimate.h"

#include <string.h>

#define A_CONNECTION_MS 300  /* with a server that is not far away and does not dawdle */

/* What a mail server of these days accepts, in the words of priority strings. */
static const char *const kxs[] = { "ECDHE-RSA", "DHE-RSA", "RSA", NULL };
static const char *const aeads[] = { "AES-256-GCM", "CHACHA20-POLY1305", "AES-128-GCM", NULL };
static const char *const cbcs[] = { "AES-256-CBC", "AES-128-CBC", NULL };
static const char *const hashes[] = { "SHA1", "SHA256", "SHA384", NULL };
static const char *const groups[] = { "GROUP-X25519", "GROUP-SECP256R1", "GROUP-X448", "GROUP-SECP521R1", "GROUP-SECP384R1", NULL };
static const char *const signatures[] = {
  "SIGN-RSA-PSS-RSAE-SHA256", "SIGN-RSA-PSS-RSAE-SHA384", "SIGN-RSA-PSS-RSAE-SHA512",
  "SIGN-RSA-SHA256",          "SIGN-RSA-SHA384",          "SIGN-RSA-SHA512",          NULL
};

static gboolean
has (char       **words,
     const char  *word)
{
  for (int i = 0; words[i] != NULL; i++)
    {
      if (words[i][0] == '+' && strcmp (words[i] + 1, word) == 0)
        return TRUE;
    }

  return FALSE;
}

/* Whether the keyword is both among what is accepted and offered. */
static gboolean
agree (char               **words,
       const char * const  *accepted,
       const char          *keyword)
{
  return g_strv_contains (accepted, keyword) && has (words, keyword);
}

/* The registered name of the suite it would pick. (transfer none) (nullable) */
static char *
pick_suite (SmtpSurveyCatalogue *catalogue,
            SmtpTlsVersion       version,
            char               **words)
{
  for (guint i = 0; i < catalogue->suites->len; i++)
    {
      const SmtpSurveySuite *suite = catalogue->suites->pdata[i];
      const char *kx = catalogue->kxs->pdata[suite->kx];
      const char *cipher = catalogue->ciphers->pdata[suite->cipher];
      const char *mac = catalogue->macs->pdata[suite->mac];
      gboolean is_aead = strcmp (mac, "AEAD") == 0;

      if ((suite->versions & 1u << version) != 0 && (*kx == '\0' || agree (words, kxs, kx)) && has (words, mac) &&
          agree (words, is_aead ? aeads : cbcs, cipher) && (is_aead || g_strv_contains (hashes, mac)))
        return suite->name;
    }

  return NULL;
}

/* (transfer none) (nullable) */
static char *
pick_item (GPtrArray           *items,
           const char          *prefix,
           const char * const  *accepted,
           SmtpTlsVersion       version,
           char               **words)
{
  for (guint i = 0; i < items->len; i++)
    {
      const SmtpSurveyItem *item = items->pdata[i];
      g_autofree char *keyword = g_strconcat (prefix, item->keywords[version], NULL);

      if (item->keywords[version] != NULL && agree (words, accepted, keyword))
        return item->keywords[version];
    }

  return NULL;
}

static void
reply (SmtpSurveyCatalogue      *catalogue,
       const SmtpSurveyQuestion *question,
       SmtpTlsInfo              *tls,
       SmtpSurveyAnswer         *answer)
{
  g_auto (GStrv) words = g_strsplit (question->priority != NULL ? question->priority : "", ":", -1);

  answer->reached = TRUE;
  answer->verdict = SMTP_SURVEY_REFUSED;
  if (question->version < SMTP_TLS_VERSION_1_2)
    return;

  g_free (tls->cipher);
  g_free (tls->group);
  g_free (tls->signature);
  tls->cipher = g_strdup (pick_suite (catalogue, question->version, words));
  tls->group = g_strdup (pick_item (catalogue->groups, "GROUP-", groups, question->version, words));
  tls->signature = g_strdup (pick_item (catalogue->signatures, "SIGN-", signatures, question->version, words));
  if (tls->cipher != NULL && tls->group != NULL && tls->signature != NULL)
    {
      answer->verdict = SMTP_SURVEY_ACCEPTED;
      answer->tls = tls;
    }
}

/**
 * smtp_survey_estimate:
 * @catalogue: what can be offered
 * @with_clear: whether there is a connection in clear, too
 *
 * Goes through a survey of a server as they are these days.
 *
 * Returns: how many connections that takes; a server that accepts more takes more
 */
guint
smtp_survey_estimate (SmtpSurveyCatalogue *catalogue,
                      gboolean             with_clear)
{
  g_autoptr (SmtpSurveyPlan) plan = smtp_survey_plan_new (catalogue, with_clear);
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_utc (0);
  g_autoptr (SmtpTranscript) transcript = smtp_transcript_new (now);
  g_autoptr (SmtpTlsInfo) tls = smtp_tls_info_new ();
  const SmtpSurveyQuestion *question;

  while ((question = smtp_survey_plan_next (plan)) != NULL)
    {
      SmtpSurveyAnswer answer = { 0, };

      reply (catalogue, question, tls, &answer);
      smtp_survey_plan_answer (plan, &answer, transcript);
    }

  return smtp_survey_plan_get_n_done (plan);
}

/**
 * smtp_survey_estimate_seconds:
 * @n_connections: how many connections
 * @pause_ms: the pause between them
 *
 * Returns: how long they take, roughly
 */
guint
smtp_survey_estimate_seconds (guint n_connections,
                              guint pause_ms)
{
  return (guint) (((guint64) n_connections * (A_CONNECTION_MS + pause_ms) + 999) / 1000);
}
