/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "dialogue/smtp-survey-box.h"

#define BIT(index) (G_GUINT64_CONSTANT (1) << (index))

static const char *const versions[SMTP_SURVEY_N_VERSIONS] = { "", "TLS1.0", "TLS1.1", "TLS1.2", "TLS1.3" };

gboolean
smtp_survey_box_holds (const SmtpSurveyBox   *self,
                       const SmtpSurveySuite *suite,
                       SmtpTlsVersion         version)
{
  return (suite->versions & 1u << version) != 0 && (self->kxs & BIT (suite->kx)) != 0 &&
         (self->ciphers & BIT (suite->cipher)) != 0 && (self->macs & BIT (suite->mac)) != 0;
}

/* Takes out what no suite needs. Returns whether there is any suite in it. */
gboolean
smtp_survey_box_trim (SmtpSurveyBox             *self,
                      const SmtpSurveyCatalogue *catalogue,
                      SmtpTlsVersion             version)
{
  SmtpSurveyBox used = { 0, 0, 0 };

  for (guint i = 0; i < catalogue->suites->len; i++)
    {
      const SmtpSurveySuite *suite = catalogue->suites->pdata[i];

      if (smtp_survey_box_holds (self, suite, version))
        {
          used.kxs |= BIT (suite->kx);
          used.ciphers |= BIT (suite->cipher);
          used.macs |= BIT (suite->mac);
        }
    }
  *self = used;

  return used.kxs != 0;
}

/* What is left of a box without one of its suites, as boxes that have nothing in common; some may be empty. */
void
smtp_survey_box_split (const SmtpSurveyBox   *self,
                       const SmtpSurveySuite *suite,
                       SmtpSurveyBox          rests[3])
{
  guint64 kx = BIT (suite->kx);
  guint64 cipher = BIT (suite->cipher);
  guint64 mac = BIT (suite->mac);

  rests[0] = (SmtpSurveyBox) { self->kxs & ~kx, self->ciphers, self->macs };
  rests[1] = (SmtpSurveyBox) { kx, self->ciphers, self->macs & ~mac };
  rests[2] = (SmtpSurveyBox) { kx, self->ciphers & ~cipher, mac };
}

static void
append_words (GString    *text,
              GPtrArray  *words,
              guint64     bits,
              gboolean    backwards)
{
  for (guint i = 0; i < words->len; i++)
    {
      guint index = backwards ? words->len - 1 - i : i;
      const char *word = words->pdata[index];

      if ((bits & BIT (index)) != 0 && *word != '\0')
        g_string_append_printf (text, ":+%s", word);
    }
}

static void
append_items (GString        *text,
              const char     *prefix,
              GPtrArray      *items,
              guint64         bits,
              SmtpTlsVersion  version)
{
  for (guint i = 0; i < items->len; i++)
    {
      const SmtpSurveyItem *item = items->pdata[i];
      const char *keyword = item->keywords[version];

      if ((bits & BIT (i)) != 0 && keyword != NULL)
        g_string_append_printf (text, ":+%s%s", prefix, keyword);
    }
}

/* The priority string that offers just that; (transfer full). */
char *
smtp_survey_box_compose (const SmtpSurveyBox       *self,
                         const SmtpSurveyCatalogue *catalogue,
                         SmtpTlsVersion             version,
                         guint64                    groups,
                         guint64                    signatures,
                         gboolean                   backwards)
{
  GString *text = g_string_new ("NONE:+CTYPE-X509:+COMP-NULL:+VERS-");

  g_string_append (text, versions[version]);
  append_words (text, catalogue->kxs, self->kxs, backwards);
  /* The suites of TLS 1.3 leave the key exchange open, and a priority string must not. */
  if (version == SMTP_TLS_VERSION_1_3)
    g_string_append (text, ":+ECDHE-RSA:+ECDHE-ECDSA:+DHE-RSA");
  append_words (text, catalogue->ciphers, self->ciphers, backwards);
  append_words (text, catalogue->macs, self->macs, backwards);
  append_items (text, "GROUP-", catalogue->groups, groups, version);
  /* Not negotiated before TLS 1.2, but the library wants to know. */
  append_items (text, "SIGN-", catalogue->signatures, signatures, MAX (version, SMTP_TLS_VERSION_1_2));

  return g_string_free (text, FALSE);
}
