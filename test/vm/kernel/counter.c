// What the processor's time stamp counter says: a line of rdtsc, one of rdtscp, and their order.
#include <stdint.h>
#include <stdio.h>

static uint64_t rdtsc(void) {
  uint32_t low, high;
  __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
  return (uint64_t)high << 32 | low;
}

static uint64_t rdtscp(uint32_t *processor) {
  uint32_t low, high;
  __asm__ volatile("rdtscp" : "=a"(low), "=d"(high), "=c"(*processor));
  return (uint64_t)high << 32 | low;
}

int main(void) {
  uint32_t processor = 7;
  uint64_t first = rdtsc(), second = rdtscp(&processor), third = rdtsc();
  printf("%llu %llu %u %s\n", (unsigned long long)first, (unsigned long long)second, processor,
         first < second && second < third ? "rising" : "not rising");
  return 0;
}
