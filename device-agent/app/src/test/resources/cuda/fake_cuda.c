/* A stand-in for the CUDA driver and cuBLAS with the signatures of the public headers: two devices
   that compute nothing, and whose clock advances as if they reached known rates. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static double clock_seconds = 1;
static int taken, current = -1, retained[2], live_buffers, host_buffers, handles;

static const double FP16_RATE = 800e12, FP32_RATE = 50e12, INT8_RATE = 1600e12, FP8_RATE = 1500e12;
static const double MEMORY_RATE = 3e12, LINK_RATE = 50e9, PEER_RATE = 200e9;

typedef struct { double at; } event;

int cuInit(unsigned flags) { return flags; }
int cuDeviceGetCount(int *count) { *count = 2; return 0; }
int cuDeviceGet(int *device, int ordinal) { *device = ordinal; return ordinal > 1 ? 101 : 0; }
int cuDeviceGetUuid_v2(unsigned char *uuid, int device) {
  memset(uuid, 0, 16); uuid[0] = 0xab; uuid[15] = (unsigned char) device; return 0;
}
int cuDevicePrimaryCtxRetain(void **context, int device) {
  retained[device]++; *context = &retained[device]; return 0;
}
int cuDevicePrimaryCtxRelease_v2(int device) { retained[device]--; return 0; }
int cuCtxSetCurrent(void *context) { current = (int) ((int *) context - retained); return 0; }
int cuCtxSynchronize(void) { return current < 0 ? 201 : 0; }
int cuMemGetInfo_v2(size_t *free_bytes, size_t *total) {
  *free_bytes = (size_t) 64 << 30; *total = (size_t) 80 << 30; return 0;
}
int cuMemAlloc_v2(uint64_t *at, size_t bytes) {
  if (bytes == 0 || current < 0) return 1;
  taken++; live_buffers++; *at = 0x1000 + (uint64_t) live_buffers; return 0;
}
int cuMemFree_v2(uint64_t at) { live_buffers--; return at < 0x1000; }
int cuMemsetD8_v2(uint64_t at, unsigned char value, size_t bytes) { return value != 0 || !at || !bytes; }
int cuMemHostAlloc(void **at, size_t bytes, unsigned flags) {
  host_buffers++; *at = malloc(16); return flags || !bytes;
}
int cuMemFreeHost(void *at) { host_buffers--; free(at); return 0; }
static int copy(size_t bytes, double rate) { clock_seconds += bytes / rate; return 0; }
int cuMemcpyDtoDAsync_v2(uint64_t to, uint64_t from, size_t bytes, void *stream) {
  return copy(2 * bytes, MEMORY_RATE) || to == from || stream;
}
int cuMemcpyHtoDAsync_v2(uint64_t to, const void *from, size_t bytes, void *stream) {
  return copy(bytes, LINK_RATE) || !to || !from || stream;
}
int cuMemcpyDtoHAsync_v2(void *to, uint64_t from, size_t bytes, void *stream) {
  return copy(bytes, LINK_RATE / 2) || !to || !from || stream;
}
int cuMemcpyPeerAsync(uint64_t to, void *toContext, uint64_t from, void *fromContext, size_t bytes,
                      void *stream) {
  return copy(bytes, PEER_RATE) || toContext == fromContext || !to || !from || stream;
}
int cuEventCreate(void **out, unsigned flags) { *out = calloc(1, sizeof(event)); return flags; }
int cuEventRecord(void *at, void *stream) { ((event *) at)->at = clock_seconds; return stream != 0; }
int cuEventSynchronize(void *at) { return at == 0; }
int cuEventElapsedTime(float *millis, void *begin, void *end) {
  *millis = (float) ((((event *) end)->at - ((event *) begin)->at) * 1000); return 0;
}
int cuEventDestroy_v2(void *at) { free(at); return 0; }

int cublasCreate_v2(void **handle) { handles++; *handle = malloc(1); return 0; }
int cublasDestroy_v2(void *handle) { handles--; free(handle); return 0; }
int cublasGemmEx(void *handle, int ta, int tb, int m, int n, int k, const void *alpha, const void *a,
                 int ta_type, int lda, const void *b, int tb_type, int ldb, const void *beta, void *c,
                 int c_type, int ldc, int compute, int algorithm) {
  double rate = ta_type == 0 ? FP32_RATE : ta_type == 3 ? INT8_RATE : FP16_RATE;
#ifdef NO_INT8
  if (ta_type == 3) return 15;
#endif
  int one = compute == 72 ? *(const int *) alpha == 1 : *(const float *) alpha == 1.0f;
  if (!handle || ta != 1 || tb != 0 || !one || !a || !b || !c || !beta || ta_type != tb_type) return 7;
  if (lda != k || ldb != k || ldc != m || algorithm != -1) return 7;
  if (c_type != (ta_type == 3 ? 10 : ta_type) || compute != (ta_type == 3 ? 72 : 68)) return 15;
  clock_seconds += 2.0 * m * n * k / rate;
  return 0;
}

typedef struct { int type; uint64_t rows, columns; int64_t ld; } layout;
static int transposed;
int cublasLtCreate(void **handle) { handles++; *handle = malloc(1); return 0; }
int cublasLtDestroy(void *handle) { handles--; free(handle); return 0; }
int cublasLtMatmulDescCreate(void **out, int compute, int scale) {
  *out = malloc(1); return compute != 68 || scale != 0;
}
int cublasLtMatmulDescSetAttribute(void *description, int attribute, const void *value, size_t size) {
  transposed = *(const int *) value; return !description || attribute != 3 || size != 4;
}
int cublasLtMatrixLayoutCreate(void **out, int type, uint64_t rows, uint64_t columns, int64_t ld) {
  layout *made = malloc(sizeof(layout));
  made->type = type; made->rows = rows; made->columns = columns; made->ld = ld; *out = made; return 0;
}
int cublasLtMatmul(void *handle, void *description, const void *alpha, const void *a, layout *al,
                   const void *b, layout *bl, const void *beta, const void *c, layout *cl, void *d,
                   layout *dl, const void *algorithm, void *workspace, size_t bytes, void *stream) {
  if (!handle || !description || transposed != 1 || al->type != 28 || bl->type != 28) return 7;
  if (cl->type != 14 || dl->type != 14 || c != d || algorithm || stream || !workspace || !bytes) return 7;
  if (*(const float *) alpha != 1.0f || *(const float *) beta != 0.0f || !a || !b) return 7;
  clock_seconds += 2.0 * al->rows * al->columns * bl->columns / FP8_RATE;
  return 0;
}

/* Tells a test what was not given back. */
int fakeLeft(int *left) {
  *left = live_buffers + host_buffers + handles + retained[0] + retained[1]; return 0;
}
int fakeTaken(int *out) { *out = taken; return 0; }
