using StackExchange.Redis;

namespace BudgetFirewall;

/// <summary>Adapts the configuration of a connection that the store makes itself to the way in which the store repeats its calls.</summary>
internal static class ConnectionConfiguration
{
    private const int FirstReconnectMs = 1_000;
    private const int MinAnswerMs = 1_000;

    private static readonly TimeSpan MaxHeartbeatInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>Copies the application's configuration and sets what the store depends on.</summary>
    public static ConfigurationOptions Adapted(ConfigurationOptions configuration, TimeSpan storeTimeout)
    {
        var adapted = configuration.Clone();
        adapted.AbortOnConnectFail = false;
        // The store repeats commands that were not sent. The client must not keep it and send it once its caller has been told that it was denied.
        adapted.BacklogPolicy = BacklogPolicy.FailFast;
        // The default waits up to ten seconds between two tries after a longer outage. The policy also ends tries that hang, which must be allowed the time to connect that the application gives them.
        adapted.ReconnectRetryPolicy = new ExponentialRetry(Math.Min(FirstReconnectMs, adapted.ConnectTimeout), adapted.ConnectTimeout);
        adapted.HeartbeatInterval = adapted.HeartbeatInterval < MaxHeartbeatInterval ? adapted.HeartbeatInterval : MaxHeartbeatInterval;
        // No caller waits for an answer longer than this. The client takes a connection for dead when nothing has come over it for four times as long.
        adapted.AsyncTimeout = (int)Math.Min(adapted.AsyncTimeout, Math.Max(MinAnswerMs, storeTimeout.TotalMilliseconds));
        // The client's own threads pass each reply on to the thread pool, where callers go on: a switch between threads for every call. Replies are read on the pool itself instead.
        adapted.SocketManager ??= SocketManager.ThreadPool;
        return adapted;
    }
}
