using BudgetFirewall.Storage;
using StackExchange.Redis;

namespace BudgetFirewall;

/// <summary>Classifies errors, and makes messages that tell a person what to do about them.</summary>
internal static class RedisFault
{
    private static readonly (string Start, FaultKind Kind, string Advice)[] ServerErrors =
    [
        ("NOSCRIPT", FaultKind.ScriptMissing, ""),
        ("MOVED", FaultKind.Moving, "The cluster is moving the key."),
        ("ASK", FaultKind.Moving, "The cluster is moving the key."),
        ("TRYAGAIN", FaultKind.Moving, "The cluster is moving the key."),
        ("READONLY", FaultKind.ReadOnly, "The server is a replica; the connection looks for the new primary."),
        ("LOADING", FaultKind.Unavailable, "The server is loading its data."),
        ("CLUSTERDOWN", FaultKind.Unavailable, "The cluster does not serve every slot."),
        ("MASTERDOWN", FaultKind.Unavailable, "The replica has lost its primary."),
        ("NOREPLICAS", FaultKind.Unavailable, "The server has fewer replicas than min-replicas-to-write asks for."),
        ("MISCONF", FaultKind.Unavailable, "The server cannot write its data to disk and refuses changes."),
        ("BUSY", FaultKind.Unavailable, "The server is busy with a script."),
        ("OOM", FaultKind.Refused, "The server has reached maxmemory: give it more, or shorten OperationIdRetention."),
        ("NOPERM", FaultKind.Misconfigured, "The user lacks a permission: see the ACL line in the documentation of the Redis store."),
        ("NOAUTH", FaultKind.Misconfigured, "The server wants a password: give user and password in the connection's configuration."),
        ("WRONGPASS", FaultKind.Misconfigured, "The password is wrong."),
        ("CROSSSLOT", FaultKind.Misconfigured, "The keys of a call lie in different slots: a proxy or prefix changes their names."),
        ("WRONGTYPE", FaultKind.Misconfigured, "A key of the store has a value of another type: another application uses the same prefix."),
        (ScriptErrors.Corrupt, FaultKind.Misconfigured, "The named key has a value that is not the store's; nothing was changed."),
        (ScriptErrors.Argument, FaultKind.Misconfigured, "The script refused its arguments; nothing was changed."),
    ];

    public static FaultKind Of(Exception exception) => exception switch
    {
        RedisServerException server => OfServer(server.Message).Kind,
        LoginRefusedException or RedisConnectionException when IsLogin(exception) => FaultKind.Misconfigured,
        RedisConnectionException { FailureType: ConnectionFailureType.UnableToConnect or ConnectionFailureType.UnableToResolvePhysicalConnection } => FaultKind.NotSent,
        NotSentException => FaultKind.NotSent,
        ObjectDisposedException => FaultKind.Refused,
        _ => FaultKind.Unknown,
    };

    /// <summary>Makes the exception for a call that has failed and is not tried again.</summary>
    /// <param name="exception">The last error.</param>
    /// <param name="kind">The meaning of the error for the call.</param>
    /// <param name="mayHaveHappened">True when an attempt may have been executed.</param>
    /// <param name="script">The script that was called; null for another command.</param>
    public static BudgetStoreException Failure(Exception exception, FaultKind kind, bool mayHaveHappened, StoreScript? script = null) => new(Message(exception, kind, script), exception)
    {
        MayHaveHappened = mayHaveHappened,
        IsNeverAllowed = kind == FaultKind.Misconfigured,
    };

    /// <summary>Makes the exception for a value that cannot be the store's own. No failure mode lets the request through.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="cause">The exception by which it was noticed; null for none.</param>
    /// <param name="mayHaveHappened">True when the call was executed all the same.</param>
    public static BudgetStoreException Corrupt(RedisKey key, Exception? cause, bool mayHaveHappened = false) => new(
        $"The Redis key '{key}' has a value that is not the store's; {(mayHaveHappened ? "the call may have been executed" : "nothing was changed")}. {AdviceOn(key.ToString())}", cause)
    {
        MayHaveHappened = mayHaveHappened,
        IsNeverAllowed = true,
    };

    /// <summary>True when a server's message refuses a login.</summary>
    public static bool IsLogin(string text) => text.Contains("NOAUTH", StringComparison.Ordinal) || text.Contains("WRONGPASS", StringComparison.Ordinal);

    private static string Message(Exception exception, FaultKind kind, StoreScript? script) => exception switch
    {
        RedisServerException server when server.Message.StartsWith(ScriptErrors.Corrupt, StringComparison.Ordinal) => $"Redis answered: {Located(server, script)} {OfServer(server.Message).Advice} {AdviceOn(server.Message)}",
        RedisServerException server => $"Redis answered: {Located(server, script)} {OfServer(server.Message).Advice}".TrimEnd(),
        LoginRefusedException or RedisConnectionException when IsLogin(exception) => $"Redis refused the login: check user and password in the connection's configuration. {exception.Message}",
        _ when kind == FaultKind.NotSent => $"Redis cannot be reached: check that the server runs and that address and port are right. {exception.Message}",
        _ when kind == FaultKind.Refused => $"The Redis connection is closed. {exception.Message}",
        _ => $"Redis did not answer: {exception.Message}",
    };

    private static string Located(RedisServerException exception, StoreScript? script) => script?.Located(exception.Message) ?? exception.Message;

    /// <summary>True when a login was refused, which the client reports as the inner exception of a failed connection.</summary>
    private static bool IsLogin(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is RedisConnectionException { FailureType: ConnectionFailureType.AuthenticationFailure } || IsLogin(exception.Message))
                return true;
        }
        return false;
    }

    /// <summary>The advice to a person about a value that is not the store's.</summary>
    private static string AdviceOn(string text) => text switch
    {
        _ when text.Contains(":v1:meta", StringComparison.Ordinal) =>
            "Delete the key: counters and runtime limits stay, and each process reports a loss of data once. If the value belongs to another application, use another KeyPrefix.",
        _ when text.Contains(":v1:budget-changes", StringComparison.Ordinal) =>
            "Delete the key: every process then reads all runtime limits once. If the value belongs to another application, use another KeyPrefix.",
        _ when text.Contains(":v1:budgets", StringComparison.Ordinal) =>
            "Delete the key and set the runtime limits anew: until then only the configured ones are in force. If the value belongs to another application, use another KeyPrefix.",
        _ => "Delete the key, which is counted from zero then, or use another KeyPrefix.",
    };

    private static (FaultKind Kind, string Advice) OfServer(string message)
    {
        foreach (var (start, kind, advice) in ServerErrors)
        {
            if (message.StartsWith(start, StringComparison.Ordinal))
                return (kind, advice);
        }
        // Servers before 7.0 take the first line of a script for Lua.
        if (message.Contains("near '#'", StringComparison.Ordinal))
            return (FaultKind.Misconfigured, "The server is too old: Redis 7.0 or later, or Valkey, is needed.");
        // Until 7.2 a permission that a script lacks is told in words; later as NOPERM.
        if (message.Contains("user executing the script can't", StringComparison.Ordinal))
            return (FaultKind.Misconfigured, "The user lacks a permission: see the ACL line in the documentation of the Redis store.");
        if (message.Contains("unknown command", StringComparison.OrdinalIgnoreCase))
            return (FaultKind.Misconfigured, "The server lacks a command that the store needs: Redis 7.0 or later, or Valkey, is needed.");
        // Any other error may have stopped the script at any of its lines.
        return (FaultKind.Unknown, "");
    }
}
