using BudgetFirewall.Storage;

namespace BudgetFirewall.Tests;

/// <summary>Digests of what a process knows of a time zone.</summary>
public sealed class TimeZoneDigestTests
{
    [Fact]
    public void Zones_that_change_their_clocks_alike_have_the_same_digest_and_others_have_not()
    {
        TimeZoneDigest.Of("Europe/Berlin", 2026).Should().Be(TimeZoneDigest.Of("Europe/Paris", 2026)).And.MatchRegex("^[0-9a-f]{32}$");
        string[] different = [.. new[] { "Europe/Berlin", "Europe/London", "Europe/Istanbul", "Africa/Lagos", "Australia/Lord_Howe" }.Select(zone => TimeZoneDigest.Of(zone, 2026))];
        different.Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public void Years_in_which_clocks_change_otherwise_have_other_digests()
    {
        TimeZoneDigest.Of("Europe/Berlin", 2026).Should().NotBe(TimeZoneDigest.Of("Europe/Berlin", 2027));
        TimeZoneDigest.Of("Asia/Tokyo", 2026).Should().Be(TimeZoneDigest.Of("Asia/Tokyo", 2027));
        // The change at the end of 2011 lies within the weeks around 2012, and not within those around 2013.
        TimeZoneDigest.Of("Pacific/Apia", 2012).Should().NotBe(TimeZoneDigest.Of("Pacific/Apia", 2013));
    }

    [Fact]
    public void Values_outside_the_range_are_refused()
    {
        FluentActions.Invoking(() => TimeZoneDigest.Of("Mars/Olympus", 2026)).Should().ThrowExactly<ArgumentException>().WithMessage("*'Mars/Olympus'*");
        FluentActions.Invoking(() => TimeZoneDigest.Of("Europe/Berlin", 1)).Should().ThrowExactly<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => TimeZoneDigest.Of("Europe/Berlin", 9999)).Should().ThrowExactly<ArgumentOutOfRangeException>();
    }
}
