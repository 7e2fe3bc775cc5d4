#include "job.h"

#include <stdarg.h>
#include <stdio.h>

chiron_status job_fail(const struct job *job, chiron_status code, const char *format, ...)
{
    char message[512];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(message, sizeof message, format, args);
    va_end(args);
    return job->host->fail(job->call, code, len < 0 ? "the search index failed" : message);
}

chiron_status job_no_memory(const struct job *job)
{
    return job->host->fail(job->call, CHIRON_ENOMEM, "out of memory");
}

void *job_scratch(const struct job *job, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes))
        return NULL;
    return job->host->scratch(job->call, bytes > 0 ? bytes : 1);
}

bool job_cancelled(const struct job *job)
{
    return job->host->cancelled(job->call);
}
