using BudgetFirewall.Storage;
using StackExchange.Redis;

namespace BudgetFirewall;

/// <summary>Checks the answers of scripts, for all operations.</summary>
internal static class Replies
{
    public static byte[] Bytes(RedisResult result, RedisKey key) => (byte[]?)result is { Length: >= ReplyLayout.Size } bytes
        ? bytes
        : throw Unreadable(key);

    public static BudgetStoreException Unreadable(RedisKey key) =>
        new($"The answer about '{key}' is no answer of the store's scripts; something between the client and Redis changes it.") { IsNeverAllowed = true };

    public static BudgetStoreException Unknown(char status) =>
        new($"A script answered '{status}', which this version of the store does not know.") { IsNeverAllowed = true };

    public static BudgetStoreException Unsettled() =>
        new("Redis changed its clock or its data set faster than a call could be made.") { MayHaveHappened = false };
}
