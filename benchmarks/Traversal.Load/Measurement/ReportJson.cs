using System.Text.Json.Serialization;
using Traversal.Load.Compare;
using Traversal.Load.Flood;

namespace Traversal.Load.Measurement;

/// <summary>How reports look as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(LoadReport))]
[JsonSerializable(typeof(ComparisonReport))]
[JsonSerializable(typeof(FloodReport))]
internal sealed partial class ReportJson : JsonSerializerContext;
