/* A stand-in for NVML: two cards joined by two links, the first cut into one slice, a third one lost.
   Layouts are those of the real library. Compiled by NvmlProbeTest with -DINIT=<status>. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#ifndef INIT
#define INIT 0
#endif

typedef struct { int index; int slice; } device_t;
static device_t devices[2] = {{0, -1}, {1, -1}};
static device_t slice = {0, 0};

typedef struct {
  char legacy[16];
  unsigned domain, bus, device, pci_device_id, pci_subsystem_id;
  char id[32];
} pci_t;

static int bus_id(int index, pci_t *pci) {
  memset(pci, 0, sizeof *pci);
  snprintf(pci->id, sizeof pci->id, "00000000:%02X:00.0", index == 0 ? 0x1B : 0x43);
  return 0;
}

int nvmlInit_v2(void) { return INIT; }
int nvmlShutdown(void) { return 0; }
int nvmlSystemGetDriverVersion(char *out, unsigned n) { snprintf(out, n, "590.00.01"); return 0; }
int nvmlDeviceGetCount_v2(unsigned *n) { *n = 3; return 0; }
int nvmlDeviceGetHandleByIndex_v2(unsigned i, device_t **d) {
  if (i > 1) return 15;
  *d = &devices[i];
  return 0;
}
int nvmlDeviceGetName(device_t *d, char *out, unsigned n) {
  snprintf(out, n, d->slice < 0 ? "NVIDIA Test GPU" : "NVIDIA Test GPU MIG 1g.10gb");
  return 0;
}
int nvmlDeviceGetUUID(device_t *d, char *out, unsigned n) {
  snprintf(out, n, d->slice < 0 ? "GPU-%d" : "MIG-%d", d->index);
  return 0;
}
int nvmlDeviceGetMemoryInfo_v2(device_t *d, unsigned char *m) {
  uint32_t version;
  memcpy(&version, m, 4);
  if (version != 0x2000028) return 25;
  if (d->index == 1) return 13;
  uint64_t total = d->slice < 0 ? 80ull << 30 : 10ull << 30, used = 3ull << 30;
  memcpy(m + 8, &total, 8);
  memcpy(m + 32, &used, 8);
  return 0;
}
int nvmlDeviceGetMemoryInfo(device_t *d, uint64_t *m) {
  m[0] = 40ull << 30;
  m[1] = 39ull << 30;
  m[2] = 1ull << 30;
  return 0;
}
int nvmlDeviceGetUtilizationRates(device_t *d, unsigned *u) {
  if (d->index == 0) return 3; /* a card that is cut into slices tells none */
  u[0] = 75;
  u[1] = 20;
  return 0;
}
int nvmlDeviceGetTemperature(device_t *d, int sensor, unsigned *t) { *t = 61; return sensor != 0; }
int nvmlDeviceGetPowerUsage(device_t *d, unsigned *mw) { *mw = d->index ? 4294967295u : 212500; return 0; }
int nvmlDeviceGetEnforcedPowerLimit(device_t *d, unsigned *mw) { *mw = 700000; return 0; }
int nvmlDeviceGetTotalEnergyConsumption(device_t *d, uint64_t *mj) { *mj = 12345000; return 0; }
int nvmlDeviceGetPciInfo_v3(device_t *d, pci_t *pci) { return bus_id(d->index, pci); }
int nvmlDeviceGetClockInfo(device_t *d, unsigned type, unsigned *mhz) { *mhz = type == 1 ? 1755 : 2619; return 0; }
int nvmlDeviceGetMaxClockInfo(device_t *d, unsigned type, unsigned *mhz) { *mhz = type == 1 ? 1980 : 2619; return 0; }
int nvmlDeviceGetCurrPcieLinkGeneration(device_t *d, unsigned *g) { *g = 4; return 0; }
int nvmlDeviceGetMaxPcieLinkGeneration(device_t *d, unsigned *g) { *g = 5; return 0; }
int nvmlDeviceGetCurrPcieLinkWidth(device_t *d, unsigned *w) { *w = 8; return 0; }
int nvmlDeviceGetNumaNodeId(device_t *d, unsigned *n) { *n = d->index; return 0; }
int nvmlDeviceGetTotalEccErrors(device_t *d, int type, int counter, uint64_t *n) { *n = type == 0 ? 7 : 0; return counter; }
int nvmlDeviceGetCurrentClocksEventReasons(device_t *d, uint64_t *mask) { *mask = d->index ? 0x44 : 0x1; return 0; }
int nvmlDeviceGetMigMode(device_t *d, unsigned *now, unsigned *later) {
  *now = *later = d->index == 0;
  return 0;
}
int nvmlDeviceGetMaxMigDeviceCount(device_t *d, unsigned *n) { *n = 7; return 0; }
int nvmlDeviceGetMigDeviceHandleByIndex(device_t *d, unsigned i, device_t **out) {
  *out = &slice;
  return i == 0 ? 0 : 6;
}
int nvmlDeviceGetNvLinkState(device_t *d, unsigned link, int *active) {
  if (link > 3) return 2;
  *active = link < 2;
  return 0;
}
int nvmlDeviceGetNvLinkRemoteDeviceType(device_t *d, unsigned link, int *type) { *type = 0; return 0; }
int nvmlDeviceGetNvLinkRemotePciInfo_v2(device_t *d, unsigned link, pci_t *pci) { return bus_id(1 - d->index, pci); }
typedef struct { unsigned field, scope; int64_t time, latency; unsigned type; int status; uint64_t value; } field_t;
int nvmlDeviceGetFieldValues(device_t *d, int n, field_t *f) {
  f->status = f->field == 90 ? 0 : 3;
  f->value = 26562;
  return n != 1;
}
int nvmlDeviceGetTopologyCommonAncestor(device_t *a, device_t *b, int *level) { *level = 50; return 0; }
typedef struct { unsigned pid; uint64_t used; unsigned gi, ci; } process_t;
int nvmlDeviceGetComputeRunningProcesses_v3(device_t *d, unsigned *n, process_t *p) {
  if (*n < 2 || p == NULL) { *n = 2; return 7; }
  *n = 2;
  p[0].pid = 4711; p[0].used = 1ull << 30;
  p[1].pid = 4712; p[1].used = UINT64_MAX;
  return 0;
}
