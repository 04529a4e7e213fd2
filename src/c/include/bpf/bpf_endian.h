/* Network byte order, on the little-endian machines that we run on; all of it folds on constants. */
#ifndef __BPF_ENDIAN__
#define __BPF_ENDIAN__

#define bpf_htons(x) __builtin_bswap16((unsigned short)(x))
#define bpf_ntohs(x) __builtin_bswap16((unsigned short)(x))
#define bpf_htonl(x) __builtin_bswap32((unsigned int)(x))
#define bpf_ntohl(x) __builtin_bswap32((unsigned int)(x))
#define bpf_cpu_to_be64(x) __builtin_bswap64((unsigned long long)(x))
#define bpf_be64_to_cpu(x) __builtin_bswap64((unsigned long long)(x))

#define __bpf_htons(x) bpf_htons(x)
#define __bpf_ntohs(x) bpf_ntohs(x)
#define __bpf_htonl(x) bpf_htonl(x)
#define __bpf_ntohl(x) bpf_ntohl(x)
#define __bpf_cpu_to_be64(x) bpf_cpu_to_be64(x)
#define __bpf_be64_to_cpu(x) bpf_be64_to_cpu(x)
#define __bpf_constant_htons(x) bpf_htons(x)
#define __bpf_constant_ntohs(x) bpf_ntohs(x)
#define __bpf_constant_htonl(x) bpf_htonl(x)
#define __bpf_constant_ntohl(x) bpf_ntohl(x)
#define __bpf_constant_cpu_to_be64(x) bpf_cpu_to_be64(x)
#define __bpf_constant_be64_to_cpu(x) bpf_be64_to_cpu(x)
#define ___bpf_swab16(x) bpf_htons(x)
#define ___bpf_swab32(x) bpf_htonl(x)
#define ___bpf_swab64(x) bpf_cpu_to_be64(x)

#endif
