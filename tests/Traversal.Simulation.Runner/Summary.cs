using System.Globalization;
using System.Text;
using Traversal.Simulation.Runs;

namespace Traversal.Simulation.Runner;

/// <summary>What all runs together have led to. Any thread may add to it.</summary>
internal sealed class Summary
{
    private readonly Lock _lock = new();
    private readonly Dictionary<RunOutcome, List<double>> _times = Enum.GetValues<RunOutcome>().ToDictionary(outcome => outcome, _ => new List<double>());
    private readonly Dictionary<RunOutcome, int> _counts = Enum.GetValues<RunOutcome>().ToDictionary(outcome => outcome, _ => 0);
    private int _runs, _faults;

    /// <summary>How many runs.</summary>
    public int Runs => Volatile.Read(ref _runs);

    /// <summary>How many of them had something wrong.</summary>
    public int Faults => Volatile.Read(ref _faults);

    /// <summary>Counts a run.</summary>
    public void Add(RunResult result)
    {
        lock (_lock)
        {
            _runs++;
            if (result.Fault is not null) _faults++;
            foreach (RunMeeting meeting in result.Meetings)
            {
                _counts[meeting.Outcome]++;
                if (meeting.Time > TimeSpan.Zero) _times[meeting.Outcome].Add(meeting.Time.TotalMilliseconds);
            }
        }
    }

    /// <summary>The figures, a line for each way to meet.</summary>
    public string ToText(TimeSpan elapsed)
    {
        lock (_lock)
        {
            var text = new StringBuilder();
            text.AppendLine(CultureInfo.InvariantCulture, $"{_runs} runs, {_faults} faults, {elapsed.TotalSeconds:F0} s, {_runs / elapsed.TotalSeconds:F0} runs/s");
            foreach (RunOutcome outcome in Enum.GetValues<RunOutcome>()) text.AppendLine(LineOf(outcome));
            return text.ToString();
        }
    }

    private string LineOf(RunOutcome outcome)
    {
        List<double> times = _times[outcome];
        times.Sort();
        string percentiles = times.Count == 0
            ? ""
            : ", after the offer in ms " + string.Join(", ", new[] { 50.0, 90, 99, 99.9, 100 }.Select(percent => string.Create(CultureInfo.InvariantCulture, $"p{percent} {Percentile(times, percent):F0}")));
        return $"{outcome}: {_counts[outcome]}{percentiles}";
    }

    private static double Percentile(List<double> sorted, double percent) => sorted[Math.Max(0, (int)Math.Ceiling(percent / 100 * sorted.Count) - 1)];
}
