"""Tables: what was measured, how costs grow, what is aimed at and what is missed."""
import math

QUERY_GROUPS = ('list', 'read', 'search', 'regex', 'fresh')


def show_vault(result):
    out = [f"\n## {result['vault']}: {result['notes']} notes, {result['note_bytes'] / 1e6:.1f} MB, {result['commits']} commits; "
           f"stat sweep {result['sweep_ms']:.1f} ms", '']
    cold, watched = any('cold_ms' in row for row in result['rows']), any('watched_ms' in row for row in result['rows'])
    out.append(f"{'':28}{'ms':>9}{'p99':>9}{'cpu':>9}{'MB':>7}" + f"{'cold':>9}" * cold + f"{'watched':>9}" * watched + '  beside: ms (times ours)')
    for row in result['rows']:
        beside = ', '.join(f"{name} {side['ms']:.0f} ({side['ratio']:.1f}x)" for name, side in row['beside'].items())
        out.append(f"{row['name']:28}{row['ms']:9.1f}{row['p99_ms']:9.1f}{row['cpu_ms']:9.1f}{row['peak_mb']:7.0f}"
                   + (f"{row['cold_ms']:9.1f}" if 'cold_ms' in row else ' ' * 9) * cold
                   + (f"{row['watched_ms']:9.1f}" if 'watched_ms' in row else ' ' * 9) * watched + '  ' + beside)
    out += ['', 'derived: ' + ', '.join(f'{name} {size / 1e6:.1f} MB' for name, size in sorted(result['derived'].items()) if size > 0)]
    out.append(f"index: {index_share(result):.2f} of the notes (the content store and the table of files not counted)")
    if result.get('notmuch_new'):
        out.append(f"notmuch new: {result['notmuch_new']['ms'] / 1000:.1f} s, {result['notmuch_new']['cpu_ms'] / 1000:.1f} s of processor time")
    return '\n'.join(out)


def index_share(result):
    counted = sum(size for name, size in result['derived'].items() if not name.startswith(('content', 'files', 'rows')))
    return counted / result['note_bytes']


# --- how costs grow ---

def slope(points):
    """The exponent b of cost = a * size^b through all points, by least squares of the logarithms."""
    pairs = [(math.log(size), math.log(cost)) for size, cost in points if cost > 0]
    mean_x, mean_y = sum(x for x, _ in pairs) / len(pairs), sum(y for _, y in pairs) / len(pairs)
    return sum((x - mean_x) * (y - mean_y) for x, y in pairs) / sum((x - mean_x) ** 2 for x, _ in pairs)


def exponents(results):
    """By row, over all vaults, of times and of processor time: 1 is linear. What starting costs is taken off, for it hides growth in
    small vaults."""
    sizes = {result['notes'] for result in results}
    if len(sizes) < 2:
        return {}
    found = {}
    for name in [row['name'] for row in results[0]['rows'] if row['group'] != 'start']:
        rows = [(result['notes'], row) for result in results for row in result['rows'] if row['name'] == name]
        if len(rows) == len(sizes):
            found[name] = {key: round(slope([(size, max(row[key] - least(results, key), 0.1)) for size, row in rows]), 2) for key in ('ms', 'cpu_ms')}
    return found


def least(results, key):
    return min((row[key] for result in results for row in result['rows'] if row['name'] == '--version'), default=0)


def show_exponents(found):
    lines = [f'{name:28}{both["ms"]:9.2f}{both["cpu_ms"]:9.2f}' + ('  more than linear' if both['cpu_ms'] > 1.1 else '') for name, both in found.items()]
    return '\n'.join(['\n## How costs grow with the number of notes: the exponent, 1 is linear', '', f'{"":28}{"time":>9}{"cpu":>9}'] + lines)


# --- targets ---

def targets(result):
    """(what, got, limit, unit): what is aimed at for 100,000 notes on two cores; for other sizes the fixed times are scaled. What is
    aimed at beside the sweep is compared with the sweeps that were measured between the runs of the same row."""
    rows = {row['name']: row for row in result['rows']}
    scale, found = result['notes'] / 100000, []
    for name in ('list, 20 rows', 'list, a filter'):
        found.append((f'{name}, by 1.3 sweeps', rows[name]['ms'], 1.3 * rows[name]['sweep_ms'], 'ms'))
    for name in [name for name in rows if name.startswith('search, ')] + ['nothing changed', 'one note changed: list']:
        found.append((f'{name}, by sweep + 5 ms', rows[name]['sweep_ms'] + rows[name]['over_sweep_ms'], rows[name]['sweep_ms'] + 5, 'ms'))
    for name in [name for name in rows if name.startswith('search, ')]:
        found.append((f'{name}, p99, by sweep + 15 ms', rows[name]['p99_ms'], rows[name]['sweep_ms'] + 15, 'ms'))
    for name, limit in (('regex, a literal', 150), ('regex, a word', 150), ('regex, a class with UCP', 600)):
        found.append((name, rows[name]['ms'], max(limit * scale, rows[name]['sweep_ms'] + 5), 'ms'))
    fixed = [('a tenth changed: list', 1000 * scale), ('from nothing: both', 3000 * scale), ('--version', 3), ('--help', 3), ('a usage error', 3)]
    found += [(name, rows[name]['ms'], limit, 'ms') for name, limit in fixed if name in rows]
    if 'history, first time' in rows:
        found.append(('history, first time, by git log --raw', rows['history, first time']['ms'], rows['history, first time']['beside']['git log --raw']['ms'], 'ms'))
    if any('watched_ms' in row for row in result['rows']):
        for name, limit in [('list, 20 rows', 5), ('list, a filter', 5)] + [(name, 5) for name in rows if name.startswith('search, ')] + [
                ('regex, a word', 50), ('regex, a class with UCP', 500)]:
            found.append((f'{name}, watched', rows[name]['watched_ms'], limit, 'ms'))
    whole = ('graph', 'list --json, all')  # an answer of many megabytes is not a query's memory
    found.append(('memory of a query', max(r['peak_mb'] for r in result['rows'] if r['group'] in QUERY_GROUPS and r['name'] not in whole
                                           and 'tenth' not in r['name']), 64, 'MB'))
    found.append(('memory of a build', max(r['peak_mb'] for r in result['rows'] if r['group'] == 'build'), 500, 'MB'))
    found.append(('index, of the notes', index_share(result), 1, 'x'))
    return found


def show_targets(result):
    lines = [f'{what:46}{got:10.2f}{limit:10.2f} {unit:3}{limit / got:7.2f}  {"met" if got <= limit else "MISSED"}' for what, got, limit, unit in targets(result)]
    return '\n'.join([f"\n## Targets, {result['vault']}: got, aimed at, and how many times better than aimed", ''] + lines)
