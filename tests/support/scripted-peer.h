/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A server on loopback that plays the server's part of a dialogue file, in the caller's main context. It
 * notes the first line that was not what the file says. */

#pragma once

#include <gio/gio.h>

#include "support/dialogue-file.h"

G_BEGIN_DECLS

typedef struct _ScriptedPeer ScriptedPeer;

ScriptedPeer *scripted_peer_new      (gsize         piece);
guint16       scripted_peer_get_port (ScriptedPeer *self);
void          scripted_peer_play     (ScriptedPeer *self,
                                      DialogueFile *file);
void          scripted_peer_check    (ScriptedPeer *self);
void          scripted_peer_free     (ScriptedPeer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScriptedPeer, scripted_peer_free)

G_END_DECLS
