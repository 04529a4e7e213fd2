#ifndef __STRING_H
#define __STRING_H
void *memcpy(void *to, const void *from, unsigned long len);
void *memmove(void *to, const void *from, unsigned long len);
void *memset(void *at, int byte, unsigned long len);
int memcmp(const void *a, const void *b, unsigned long len);
#endif
