namespace BudgetFirewall.Ledger.Tests.Anomalies;

/// <summary>Made series of ten thousand weeks of scopes: how often a quiet one is an anomaly, and how often a burst is none.</summary>
public sealed class QuietSeriesTests
{
    private const int HoursOfWeek = 168;
    private const int Baseline = 8;
    private const int Scopes = 400;
    private const int WeeksJudged = 25;

    private static readonly AnomalyRule Rule = new();

    /// <summary>A pattern of days and nights and of weekends, noise that multiplies, growth, holidays, silence, and one hour of an earlier week that was ten times the others.</summary>
    [Theory]
    [InlineData(0.25, 10)]
    [InlineData(0.35, 200)]
    public void Ten_thousand_weeks_of_quiet_scopes_have_few_anomalies(double noise, int most)
    {
        var found = 0;
        Parallel.For(0, Scopes, scope =>
        {
            var series = new Series(seed: scope, noise);
            for (var hour = Baseline * HoursOfWeek; hour < series.Hours; hour++)
            {
                if (series.IsOutlier(hour))
                    continue;
                if (Judge(series, hour, series[hour]).IsAnomaly)
                    Interlocked.Increment(ref found);
            }
        });

        found.Should().BeLessThanOrEqualTo(most, $"{Scopes * WeeksJudged:N0} weeks with noise of {noise} have at most so many");
    }

    [Fact]
    public void A_tenfold_burst_is_an_anomaly_in_nearly_every_hour_and_always_within_two()
    {
        var (hours, told, late) = (0, 0, 0);
        for (var scope = 0; scope < Scopes; scope++)
        {
            var series = new Series(scope, noise: 0.25);
            for (var hour = Baseline * HoursOfWeek; hour < series.Hours - 1; hour += 97)
            {
                if (series[hour] <= 0 || series[hour + 1] <= 0 || series.IsOutlier(hour))
                    continue;
                hours++;
                var first = Judge(series, hour, series[hour] * 10).IsAnomaly;
                told += first ? 1 : 0;
                late += !first && !Judge(series, hour + 1, series[hour + 1] * 10).IsAnomaly ? 1 : 0;
            }
        }

        hours.Should().BeGreaterThan(10_000);
        told.Should().BeGreaterThan((int)(hours * 0.98));
        late.Should().BeLessThan(hours / 1_000);
    }

    [Fact]
    public void A_new_scope_that_follows_the_day_is_no_anomaly_in_its_first_weeks()
    {
        var found = 0;
        for (var scope = 0; scope < Scopes; scope++)
        {
            var series = new Series(scope, noise: 0.25);
            var start = Baseline * HoursOfWeek + (scope % HoursOfWeek);
            for (var hour = start; hour < start + (3 * HoursOfWeek); hour++)
            {
                if (!series.IsOutlier(hour) && Judge(series, hour, series[hour], known: start).IsAnomaly)
                    found++;
            }
        }

        found.Should().BeLessThanOrEqualTo(Scopes * 3 / 100, "it is less than one in a hundred weeks");
    }

    private static AnomalyJudgement Judge(Series series, int hour, decimal seen, int known = 0)
    {
        decimal At(int other) => other >= known ? series[other] : 0m;
        var judgement = Rule.Judge(seen, [.. Enumerable.Range(1, Baseline).Select(week => At(hour - (week * HoursOfWeek)))]);
        return judgement.Basis == AnomalyBasis.None ? Rule.Judge(seen, [], [.. Enumerable.Range(1, 24).Select(back => At(hour - back))]) : judgement;
    }

    private sealed class Series
    {
        private const decimal Level = 20m;

        private readonly decimal[] _amounts = new decimal[(Baseline + WeeksJudged) * HoursOfWeek];
        private readonly HashSet<int> _outliers = [];

        public Series(int seed, double noise)
        {
            var random = new Random(seed);
            var growth = 1 + (random.NextDouble() * 0.05);
            for (var week = 0; week < Baseline + WeeksJudged; week++)
            {
                var isSilent = random.Next(20) == 0;
                var holiday = random.Next(10) == 0 ? random.Next(7) : -1;
                for (var hour = 0; hour < HoursOfWeek; hour++)
                    _amounts[(week * HoursOfWeek) + hour] = isSilent || hour / 24 == holiday ? 0m : Amount(random, hour, Math.Pow(growth, week), noise);
            }
            for (var i = 0; i < 20; i++)
            {
                var outlier = random.Next(_amounts.Length);
                if (_outliers.Add(outlier))
                    _amounts[outlier] *= 10;
            }
        }

        public int Hours => _amounts.Length;

        public decimal this[int hour] => _amounts[hour];

        public bool IsOutlier(int hour) => _outliers.Contains(hour);

        private static decimal Amount(Random random, int hour, double growth, double noise)
        {
            var day = hour / 24 >= 5 ? 0.3 : 1;
            var time = 0.2 + (0.8 * Math.Max(0, Math.Sin(Math.PI * ((hour % 24) - 6) / 14)));
            var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            return Math.Round(Level * (decimal)(day * time * growth * Math.Exp(noise * normal)), 9);
        }
    }
}
