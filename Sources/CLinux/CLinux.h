// The Linux interfaces that Swift's Glibc module leaves out.
#ifndef PIERDAT_CLINUX_H
#define PIERDAT_CLINUX_H

#include <nss.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>

#endif
