/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A mail server with STARTTLS in the main loop of the test, that accepts in TLS just what it is told to. */

#pragma once

#include <gio/gio.h>
#include <gnutls/gnutls.h>

G_BEGIN_DECLS

/**
 * SurveyServer:
 * @priority: what it accepts, as a GnuTLS priority string
 * @credentials: its certificates
 * @dh_params: (nullable): in PEM, the finite field group it has
 * @busy_from: the connection, from 1, from which on it says 421; 0: never
 * @mail: its reply to MAIL in clear
 * @auth: its reply to AUTH in clear
 * @no_starttls: whether it does not offer it
 * @injectable: whether it carries out inside TLS what came in clear behind STARTTLS
 * @n_connections: how many were made
 * @n_open: how many there are
 * @most_open: the most there were at a time
 * @heard: all lines that were heard in clear, each with a line feed
 */
typedef struct
{
  const char                       *priority;
  gnutls_certificate_credentials_t  credentials;
  const char                       *dh_params;
  guint                             busy_from;
  const char                       *mail;
  const char                       *auth;
  gboolean                          no_starttls;
  gboolean                          injectable;

  guint                             n_connections;
  guint                             n_open;
  guint                             most_open;
  GString                          *heard;
  gnutls_dh_params_t                dh;

  GSocketService                   *service;
  guint16                           port;
} SurveyServer;

SurveyServer *survey_server_new  (void);
void          survey_server_free (SurveyServer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SurveyServer, survey_server_free)

G_END_DECLS
