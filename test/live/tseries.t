tseries: values over time, one slot an interval; averages, sums, least and greatest
--- script
config = { unstable_tseries = enable }
interval:ms:20 {
	@last = tseries(@i, 100ms, 4); @most = tseries(@i, 1s, 4, "max"); @least = tseries(@i, 1s, 4, "min");
	@sum["x"] = tseries((int64)-1, 10s, 2, "sum");
	if (@i++ == 4) { clear(@i); exit(); }
}
--- live
--- out-match


@last:
…
<n>:<n>:<n>.<n> …
…
