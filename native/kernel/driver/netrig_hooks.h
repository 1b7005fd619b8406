/* SPDX-License-Identifier: GPL-2.0 */
/* Called by arch/um/kernel where what netrig_status.h tells of changes. */
#ifndef __ASM_UM_NETRIG_H
#define __ASM_UM_NETRIG_H

struct task_struct;

#ifdef CONFIG_UML_NETRIG
void netrig_status_task(struct task_struct *to);
void netrig_status_time(unsigned long long ns);
void netrig_status_idle(int idle);
#else
static inline void netrig_status_task(struct task_struct *to) { }
static inline void netrig_status_time(unsigned long long ns) { }
static inline void netrig_status_idle(int idle) { }
#endif

#endif
