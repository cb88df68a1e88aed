"""Tables of the catalogue, one module for each matter; callers name `catalog.models` alone."""

from catalog.models.amendments import Amendment
from catalog.models.assessments import ASSESSMENT_KINDS, AssessmentDocument
from catalog.models.assets import (
    COLLECTION_METHODS,
    COST_KINDS,
    DERIVATION_KINDS,
    STAGES,
    AssetCost,
    AssetSheet,
    Derivation,
    StagePlan,
)
from catalog.models.batches import BATCH_KINDS, VERDICTS, Batch, BatchLine
from catalog.models.codes import (
    BASIS_KINDS,
    CATEGORY_KINDS,
    FORMATS,
    ITEM_TYPES,
    MASKS,
    OPENING_TYPES,
    PRIVACY_ROLES,
    SHARING_METHODS,
    SHARING_TYPES,
    UPDATE_CYCLES,
    mask_of,
    mask_text,
)
from catalog.models.deletions import Deletion
from catalog.models.element_sources import ElementSource
from catalog.models.extensions import EXTENSION_TYPES, ExtensionField
from catalog.models.handovers import EXTENTS, HandOver, HandOverLine
from catalog.models.item_words import ItemWords
from catalog.models.manifest import ColumnRange, DataFile
from catalog.models.quality import (
    DIMENSIONS,
    GRADE_NAMES,
    RULE_KINDS,
    SEVERITIES,
    TICKET_CAUSES,
    QualityCorrection,
    QualityReport,
    QualityRule,
    QualityStanding,
    QualityTicket,
)
from catalog.models.resources import Category, Item, Resource, ResourceGrant
from catalog.models.serving import QuestionCount, ServingChoice, ServingTable
from catalog.models.sources import SOURCE_KINDS, SOURCE_SCHEDULES, Source, SourceRun
from catalog.models.standards import CHECKS, Code, CodeSet, CodeSetVersion, DeclinedElement, Element
from catalog.models.transfers import Transfer, TransferPart
from catalog.models.uploads import Upload
from catalog.models.versions import VERSION_KINDS, Version, VersionFile

__all__ = [
    "ASSESSMENT_KINDS",
    "BASIS_KINDS",
    "BATCH_KINDS",
    "CATEGORY_KINDS",
    "CHECKS",
    "COLLECTION_METHODS",
    "COST_KINDS",
    "DERIVATION_KINDS",
    "DIMENSIONS",
    "EXTENSION_TYPES",
    "EXTENTS",
    "FORMATS",
    "GRADE_NAMES",
    "ITEM_TYPES",
    "MASKS",
    "OPENING_TYPES",
    "PRIVACY_ROLES",
    "RULE_KINDS",
    "SEVERITIES",
    "SHARING_METHODS",
    "SHARING_TYPES",
    "SOURCE_KINDS",
    "SOURCE_SCHEDULES",
    "STAGES",
    "TICKET_CAUSES",
    "UPDATE_CYCLES",
    "VERDICTS",
    "VERSION_KINDS",
    "Amendment",
    "AssessmentDocument",
    "AssetCost",
    "AssetSheet",
    "Batch",
    "BatchLine",
    "Category",
    "Code",
    "CodeSet",
    "CodeSetVersion",
    "ColumnRange",
    "DataFile",
    "DeclinedElement",
    "Deletion",
    "Derivation",
    "Element",
    "ElementSource",
    "ExtensionField",
    "HandOver",
    "HandOverLine",
    "Item",
    "ItemWords",
    "QualityCorrection",
    "QualityReport",
    "QualityRule",
    "QualityStanding",
    "QualityTicket",
    "QuestionCount",
    "Resource",
    "ResourceGrant",
    "ServingChoice",
    "ServingTable",
    "Source",
    "SourceRun",
    "StagePlan",
    "Transfer",
    "TransferPart",
    "Upload",
    "Version",
    "VersionFile",
    "mask_of",
    "mask_text",
]
