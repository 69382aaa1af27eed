/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The server's end of TLS, on a socket that does not block. What blocks is told as by the system: -1 and EAGAIN. */

#pragma once

#include <stdbool.h>
#include <sys/types.h>
#include <sys/uio.h>

typedef struct SinkTls SinkTls;

/* Reads the chain and its key, in PEM; for all that comes after. */
void     sink_tls_prepare (const char *certificate, const char *key);

SinkTls *sink_tls_new     (int fd);

/* Goes on with the handshake as far as it goes: 0 when it stands. */
int      sink_tls_greet   (SinkTls *self);

/* After EAGAIN: what it waits for is room to send. */
bool     sink_tls_is_full (SinkTls *self);

/* As recv() and writev(). Ask for more until there is none: what is left here no poll tells of. */
ssize_t  sink_tls_receive (SinkTls *self, void *buffer, size_t size);
ssize_t  sink_tls_send    (SinkTls *self, const struct iovec *pieces, size_t n);

/* Says goodbye, too. The socket stays open. */
void     sink_tls_free    (SinkTls *self);
