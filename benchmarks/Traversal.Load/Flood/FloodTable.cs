using System.Globalization;

namespace Traversal.Load.Flood;

/// <summary>A flood as text for people.</summary>
internal static class FloodTable
{
    public static string Format(FloodReport report) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        {report.Server}, flood of kind {report.Kind}
          sent         {report.Sent} packets, {report.PacketsPerSecond:F0} a second, {report.SentBytes / 1e6:F1} MB, {report.Unsent} unsent
          answers      {report.Answers}, {report.AnsweredBytes / 1e6:F1} MB
          amplified    {report.WorstAmplification:F3} in the worst ten seconds, {report.LargestAnswerRatio:F2} for the largest answer

        """);
}
