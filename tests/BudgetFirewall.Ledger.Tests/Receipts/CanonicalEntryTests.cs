using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using BudgetFirewall.Receipts;

namespace BudgetFirewall.Ledger.Tests.Receipts;

public sealed class CanonicalEntryTests
{
    private static readonly HashSet<string> Personal = ["user"];

    private static LedgerEntry Whole => SampleEntries.Whole;

    [Fact]
    public void Every_member_of_an_entry_is_attested()
    {
        var changes = RecordChanges.Of(Whole).ToList();

        changes.Select(change => change.Member).Distinct().Should().HaveCountGreaterThan(20);
        changes.Select(change => Bytes(change.Changed)).Append(Bytes(Whole)).Should().OnlyHaveUniqueItems("each change makes other bytes");
    }

    // The hash was worked out by another program, from the description of the bytes.
    [Fact]
    public void The_bytes_of_an_entry_never_change() =>
        Convert.ToHexStringLower(SHA256.HashData(CanonicalEntry.BytesOf(Whole, [PersonalValue.Of("user", "alice", new byte[PersonalValue.SaltSize])])))
            .Should().Be("75d98b1214a880806bd88813ea64b5afffbe12f888123693822dc78c9ecd8d6c");

    [Fact]
    public void The_bytes_are_fields_with_their_numbers_and_lengths()
    {
        var entry = new LedgerEntry { Kind = LedgerEntryKind.Reset, OperationId = "op", Time = DateTimeOffset.UnixEpoch.AddMicroseconds(258), Currency = "USD" };

        Bytes(entry).Should().Be(Hex("budgetfirewall.entry/1\n") + "01" + "00000008" + "0000000000000005" + "02" + "00000002" + Hex("op") + "05" + "00000008" + "0000000000000102" + "09" + "00000003" + Hex("USD"));
    }

    [Fact]
    public void The_order_of_scopes_counters_and_units_and_zeros_at_the_end_of_a_number_say_nothing()
    {
        var other = Whole with
        {
            Scopes = Whole.Scopes.Reverse().ToDictionary(),
            Counters = [.. Whole.Counters.Reverse()],
            Lines = [.. Whole.Lines.Select(line => line with { Quantity = line.Quantity + 0.000m, UnitPrice = line.UnitPrice + 0.00000000000000m })],
            Usage = Whole.Usage! with { Units = Whole.Usage!.Units!.Reverse().ToDictionary() },
        };

        Bytes(other).Should().Be(Bytes(Whole));
    }

    [Fact]
    public void Persons_are_in_the_bytes_by_a_commitment_alone()
    {
        var values = CanonicalEntry.PersonalValuesOf(Whole, Personal);

        values[0].Should().Match<PersonalValue>(value => value.Kind == "user" && value.Id == "alice" && !value.IsErased);
        values.Select(value => value.Kind).Should().Equal(["user", "correctedEntryId=", "actor=", "reason=", "before=", "after="], "these texts may name persons");
        var bytes = Convert.ToHexStringLower(CanonicalEntry.BytesOf(Whole, values));
        bytes.Should().NotContain(Hex("alice")).And.NotContain(Hex("bob")).And.Contain(Hex("search")).And.Contain(Hex("operation:{1}"));
        Bytes(Whole).Should().Contain(Hex("alice"));
        Convert.ToHexStringLower(CanonicalEntry.BytesOf(Whole, CanonicalEntry.PersonalValuesOf(Whole, Personal))).Should().NotBe(bytes, "each entry has salts of its own");
        CanonicalEntry.PersonalValuesOf(Whole, ImmutableHashSet.Create("user", "tenant", "feature")).Select(value => value.Kind).Take(3).Should().BeEquivalentTo("user", "tenant", "feature");
        var named = Whole with { OperationId = "alice-17", OperationScope = "alice" };
        CanonicalEntry.PersonalValuesOf(named, Personal).Select(value => value.Kind).Should().Contain("operationId=").And.Contain("operationScope=");
        Convert.ToHexStringLower(CanonicalEntry.BytesOf(named, CanonicalEntry.PersonalValuesOf(named, Personal))).Should().NotContain(Hex("alice"));
    }

    [Fact]
    public void Every_member_is_attested_also_where_a_commitment_stands_for_it()
    {
        var whole = Whole with { OperationId = "alice-17", OperationScope = "alice" };
        var values = CanonicalEntry.PersonalValuesOf(whole, Personal);
        string BytesOf(LedgerEntry entry) => Convert.ToHexStringLower(CanonicalEntry.BytesOf(entry, values));

        RecordChanges.Of(whole).Select(change => BytesOf(change.Changed)).Append(BytesOf(whole)).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public void When_a_person_is_erased_the_bytes_stay()
    {
        var values = CanonicalEntry.PersonalValuesOf(Whole, Personal);
        var erased = PersonalValue.ErasedId(17);
        var after = Whole with
        {
            Scopes = Whole.Scopes.ToDictionary(scope => scope.Key, scope => scope.Key == "user" ? erased : scope.Value),
            Counters = [.. Whole.Counters.Select(counter => counter.Scope.Kind == "user" ? counter with { Scope = BudgetScope.User(erased) } : counter)],
            Reason = "because of (erased 17)",
        };

        CanonicalEntry.BytesOf(after, values.Select(value => value.Kind switch { "user" => value.Erase(erased), "reason=" => value.Erase(after.Reason), _ => value })).Should().Equal(CanonicalEntry.BytesOf(Whole, values));
        values[0].Erase(erased).Should().Match<PersonalValue>(value => value.IsErased && value.Id == "(erased 17)");
        foreach (var value in values)
            FluentActions.Invoking(() => value.Erase("bob")).Should().Throw<ArgumentException>("nothing would prove that it was bob");
    }

    [Fact]
    public void A_commitment_depends_on_salt_kind_and_id()
    {
        var salt = RandomNumberGenerator.GetBytes(PersonalValue.SaltSize);
        PersonalValue[] values =
        [
            PersonalValue.Of("user", "alice", salt), PersonalValue.Of("user", "bob", salt), PersonalValue.Of("tenant", "alice", salt), PersonalValue.Of("usera", "lice", salt),
            PersonalValue.New("user", "alice"), PersonalValue.New("user", "alice"),
        ];

        values.Select(value => value.Commitment).Should().OnlyHaveUniqueItems();
        PersonalValue.Of("user", "alice", salt).Commitment.Should().Be(values[0].Commitment);
        FluentActions.Invoking(() => PersonalValue.Of("user", "alice", [])).Should().Throw<ArgumentException>();
    }

    private static string Bytes(LedgerEntry entry) => Convert.ToHexStringLower(CanonicalEntry.BytesOf(entry, []));

    private static string Hex(string text) => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text));
}
