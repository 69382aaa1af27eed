/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/probe-survey-intent.h"

#include <glib/gi18n.h>

#include "diagnosis/smtp-survey-grades.h"
#include "dialogue/smtp-survey-estimate.h"
#include "session/smtp-survey-offer.h"
#include "session/smtp-survey.h"

/**
 * probe_survey_describe_intent:
 * @on_connect: whether connections are to begin with TLS, so that nothing can be asked in clear
 *
 * Returns: (transfer full): how many connections a survey will make, how long that takes, and what it leaves alone
 */
char *
probe_survey_describe_intent (gboolean on_connect)
{
  /* Asking the TLS library all that it can takes a while, and the answer stays the same. */
  static guint n_connections[2] = { 0, 0 };
  g_autofree char *estimate = NULL;

  if (n_connections[on_connect ? 1 : 0] == 0)
    {
      g_autoptr (SmtpSurveyCatalogue) catalogue = smtp_survey_offer_new ();

      n_connections[0] = smtp_survey_estimate (catalogue, TRUE);
      n_connections[1] = smtp_survey_estimate (catalogue, FALSE);
    }

  estimate = smtp_survey_describe_estimate (n_connections[on_connect ? 1 : 0],
                                            smtp_survey_estimate_seconds (n_connections[on_connect ? 1 : 0],
                                                                          SMTP_SURVEY_DEFAULT_PAUSE_MS));

  return g_strdup_printf ("%s %s", estimate, _("No recipient is asked."));
}
