namespace BudgetFirewall.Benchmarks.Redis;

/// <summary>What one run of a load has shown. Microseconds are those of one call of the load.</summary>
/// <param name="PerSecond">Calls answered in a second.</param>
/// <param name="MedianMicroseconds">The median time from call to answer.</param>
/// <param name="ScriptMicroseconds">The server's time inside scripts.</param>
/// <param name="ServerMicroseconds">The server's processor time, reading and writing of the connection included.</param>
/// <param name="ClientMicroseconds">The caller's processor time.</param>
internal readonly record struct Measurement(
    double PerSecond, double MedianMicroseconds, double ScriptMicroseconds, double ServerMicroseconds, double ClientMicroseconds);
