namespace Traversal.Load.Flood;

/// <summary>Bytes to a server and bytes of its answers, second by second, with the headers of IP and UDP: what a victim of forged requests would count.</summary>
internal sealed class AmplificationMeter(TimeSpan longest)
{
    /// <summary>Over so many seconds amplification is judged: a server that answers a burst of new clients is no amplifier.</summary>
    public const int WindowSeconds = 10;

    private readonly long[] _sent = new long[(int)longest.TotalSeconds + 2];
    private readonly long[] _answered = new long[(int)longest.TotalSeconds + 2];

    public long SentBytes => _sent.Sum();

    public long AnsweredBytes => _answered.Sum();

    /// <summary>Bytes of answers for each byte sent, in the worst of all windows; the whole time if that is shorter.</summary>
    public double Worst
    {
        get
        {
            double worst = 0;
            int windows = Math.Max(1, _sent.Count(bytes => bytes > 0) - WindowSeconds + 1);
            for (int first = 0; first < windows; first++)
            {
                Range window = first..Math.Min(first + WindowSeconds, _sent.Length);
                worst = Math.Max(worst, (double)_answered[window].Sum() / Math.Max(1, _sent[window].Sum()));
            }

            return worst;
        }
    }

    public void OnSent(TimeSpan elapsed, long bytes) => _sent[IndexOf(elapsed)] += bytes;

    public void OnAnswer(TimeSpan elapsed, long bytes) => _answered[IndexOf(elapsed)] += bytes;

    private int IndexOf(TimeSpan elapsed) => Math.Min((int)elapsed.TotalSeconds, _sent.Length - 1);
}
